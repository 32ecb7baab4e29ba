//! A pool, a token manager and a router between a scripted upstream and a client.
//!
//! What every scenario must keep is looked at when the rig is put away: no
//! log line holds a credential, an address or a key, upstream saw no foreign
//! bearer, and no peer misbehaved on a socket.

mod checks;
mod profiles;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt as _, Empty};
use reqwest::Method;
use rotunda_core::{
    Event, ProfileId, Rules, Secret, Standing,
    choice::Policy,
    profile::Kind,
    provider::Provider,
    vault::{BoxFuture, Credential, VaultError},
};
use rotunda_router::{
    Authorities, Control, ControlBody, Keys, Limits, Pool, PoolProfileView, Proxy, Router,
    TokenManager, Upstreams,
};
use serde_json::{Value, json};
use tokio::{sync::oneshot, task::JoinHandle};
use url::Url;

use self::profiles::{pool_profiles, sign_in};
use crate::{
    FakeClock, Gate, MemoryVault, Route, ScriptedUpstream,
    client::{Ask, Socket},
    eventually, in_time,
    logs::Logs,
};

/// The key in the client's URL; requests without it are refused.
pub const KEY: &str = "00112233445566778899aabbccddeeff";

/// The daemon's own.
pub const CONTROL_KEY: &str = "ffeeddccbbaa99887766554433221100";

/// How long access tokens live unless a plan says otherwise.
const TOKEN_LIFE: Duration = Duration::from_secs(10 * 24 * 3600);

/// How long profiles are searched for one request: shorter than in the product, as tests play endless
/// trouble, and long enough for a busy machine.
const SEARCH: Duration = Duration::from_secs(3);

/// Which router a scenario wants.
#[derive(Debug)]
pub struct Plan {
    profiles: Vec<(String, Kind)>,
    own_sign_in: Option<String>,
    token_life: Duration,
    /// Rules of choice: the user's own order unless changed.
    pub rules: Rules,
    /// Bounds and timeouts.
    pub limits: Limits,
    /// Instead of the scripted upstream's own bases, for instance a dead port.
    pub chatgpt: Option<Url>,
    /// What the profiles with keys of other providers serve.
    pub providers: Vec<(String, Provider)>,
    /// The way to upstream.
    pub proxy: Proxy,
    /// The authorities of upstream's certificates.
    pub authorities: Authorities,
}

impl Plan {
    /// Profiles with these names, in the user's order.
    pub fn of(names: &[&str]) -> Self {
        let profiles = names.iter().map(|name| ((*name).to_owned(), Kind::ChatGpt)).collect();
        Self {
            profiles,
            own_sign_in: None,
            token_life: TOKEN_LIFE,
            rules: Rules { policy: Policy::MyOrder, ..Rules::default() },
            limits: Limits { search: SEARCH, ..Limits::default() },
            chatgpt: None,
            providers: Vec::new(),
            proxy: Proxy::default(),
            authorities: Authorities::default(),
        }
    }

    /// Adds a profile with an API key, last in order.
    #[must_use]
    pub fn api_key(mut self, name: &str) -> Self {
        self.profiles.push((name.to_owned(), Kind::ApiKey));
        self
    }

    /// Adds a profile with a key of another provider, last in order.
    #[must_use]
    pub fn provider(mut self, name: &str, provider: Provider) -> Self {
        self.profiles.push((name.to_owned(), Kind::Provider));
        self.providers.push((name.to_owned(), provider));
        self
    }

    /// This profile's account is the one the client is signed in with.
    #[must_use]
    pub fn own_sign_in(mut self, name: &str) -> Self {
        self.own_sign_in = Some(name.to_owned());
        self
    }

    /// Access tokens end this long after the start.
    #[must_use]
    pub fn token_life(mut self, life: Duration) -> Self {
        self.token_life = life;
        self
    }

    /// Changes the rules.
    #[must_use]
    pub fn rules(mut self, change: impl FnOnce(&mut Rules)) -> Self {
        change(&mut self.rules);
        self
    }

    /// Changes the limits.
    #[must_use]
    pub fn limits(mut self, change: impl FnOnce(&mut Limits)) -> Self {
        change(&mut self.limits);
        self
    }

    fn provider_named(&self, name: &str) -> Option<&Provider> {
        self.providers.iter().find(|(it, _)| it == name).map(|(_, provider)| provider)
    }

    /// Starts everything.
    pub async fn start(self) -> Rig {
        self.start_with(ScriptedUpstream::start().await).await
    }

    /// The same with an upstream that a test has put somewhere itself.
    pub async fn start_with(self, upstream: ScriptedUpstream) -> Rig {
        Rig::start(self, upstream).await
    }
}

/// The set-up of one scenario.
pub struct Rig {
    /// Plays the backend, the API and the issuer.
    pub upstream: ScriptedUpstream,
    /// The router's time.
    pub clock: FakeClock,
    /// The router's profiles.
    pub pool: Pool,
    /// Their credentials.
    pub vault: Arc<MemoryVault>,
    /// What the router logged.
    pub logs: Logs,
    /// The router itself.
    pub router: Router,
    token_manager: TokenManager,
    names: Vec<String>,
    address: SocketAddr,
    events: Arc<Mutex<Vec<Event>>>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
    listening: JoinHandle<()>,
}

impl Rig {
    /// A router with these profiles; their accounts are `account-<name>`.
    pub async fn of(names: &[&str]) -> Self {
        Plan::of(names).start().await
    }

    async fn start(plan: Plan, upstream: ScriptedUpstream) -> Self {
        let logs = Logs::capture();
        let clock = FakeClock::default();
        let vault = Arc::new(MemoryVault::default());
        let profiles = pool_profiles(&plan, &upstream, &vault, &clock);
        let pool = Pool::new(profiles, plan.rules, clock.handle());
        for (place, (name, _)) in plan.profiles.iter().enumerate() {
            pool.set_provider(id_of(place), plan.provider_named(name).cloned());
        }
        let (events, listening) = listen(&pool);
        let upstreams = Upstreams {
            chatgpt: plan.chatgpt.unwrap_or_else(|| upstream.chatgpt()),
            api: upstream.api(),
            auth: upstream.auth(),
            proxy: plan.proxy,
            authorities: plan.authorities,
        };
        let http = rotunda_router::http_client().expect("a client for upstream");
        let token_manager =
            TokenManager::new(vault.clone(), http, &upstreams.auth, pool.clone(), clock.handle());
        let keys = Keys {
            client: vec![Secret::new(KEY.to_owned())],
            control: Secret::new(CONTROL_KEY.to_owned()),
        };
        let router = Router::new(
            upstreams,
            plan.limits,
            keys,
            pool.clone(),
            token_manager.clone(),
            Arc::new(NoControl),
        );
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let listener = rotunda_router::listen(any).await.expect("a free port");
        let address = listener.local_addr().expect("a listener has an address");
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(rotunda_router::serve(listener, router.clone(), async {
            stopped.await.ok();
        }));
        Self {
            upstream,
            clock,
            pool,
            vault,
            logs,
            router,
            token_manager,
            names: plan.profiles.into_iter().map(|(name, _)| name).collect(),
            address,
            events,
            stop: Some(stop),
            serving,
            listening,
        }
    }

    /// Where the router listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The router's URL with any path.
    ///
    /// # Panics
    /// When `path` is not one.
    pub fn url(&self, path: &str) -> Url {
        format!("http://{}{path}", self.address).parse().expect("an address and a path")
    }

    /// The URL of a path under the client's key.
    pub fn keyed(&self, path: &str) -> Url {
        self.url(&format!("/{KEY}{path}"))
    }

    /// The profile with this name.
    ///
    /// # Panics
    /// When there is none.
    pub fn id(&self, name: &str) -> ProfileId {
        let place = self.names.iter().position(|known| known == name);
        id_of(place.expect("a profile of this rig"))
    }

    /// What the pool says of a profile.
    ///
    /// # Panics
    /// When it is not in the pool.
    pub fn status(&self, name: &str) -> PoolProfileView {
        let id = self.id(name);
        let profiles = self.pool.view().profiles;
        profiles
            .into_iter()
            .find(|view| view.profile.id == id)
            .expect("each profile is in the pool")
    }

    /// A profile's standing.
    pub fn standing(&self, name: &str) -> Standing {
        self.status(name).standing
    }

    /// Whether upstream refused a profile since its plan does not include Codex.
    pub fn is_denied(&self, name: &str) -> bool {
        matches!(self.standing(name), Standing::NotEntitled { .. })
    }

    /// When a resting profile is back, in seconds from now; none when it does not rest.
    pub fn rests_for(&self, name: &str) -> Option<u64> {
        let Standing::Resting(rest) = self.standing(name) else { return None };
        Some(rest.until.duration_since(self.clock.now()).unwrap_or_default().as_secs())
    }

    /// The bearer the vault holds for a profile.
    ///
    /// # Panics
    /// When it holds none.
    pub fn bearer(&self, name: &str) -> String {
        match self.vault.peek(self.id(name)).expect("a credential for each profile") {
            Credential::ChatGpt(tokens) => tokens.access.expose().clone(),
            Credential::ApiKey(key) => key.expose().clone(),
            Credential::Provider(held) => held.key.expose().clone(),
        }
    }

    /// Signs a profile in again, as the user would, once the gate is open.
    pub async fn sign_in_again(&self, name: &str, life: Duration, gate: &Gate) {
        let id = self.id(name);
        let put = async {
            gate.pass().await;
            let expires = self.clock.now() + life;
            self.vault.put(id, sign_in(&self.upstream, name, expires));
            Ok::<_, VaultError>(())
        };
        self.token_manager.replacing(id, put).await.expect("a vault that takes it");
        self.pool.signed_in(id);
    }

    /// Removes a profile, as the daemon does.
    pub async fn remove(&self, name: &str) {
        let id = self.id(name);
        let remove = async {
            self.vault.remove(id);
            Ok::<_, VaultError>(())
        };
        self.token_manager.removing(id, remove).await.expect("a vault that forgets it");
        self.pool.remove(id);
    }

    /// Profiles whose renewed sign-in is not stored yet.
    pub fn unsaved(&self) -> Vec<ProfileId> {
        self.token_manager.unsaved().into_keys().collect()
    }

    /// Every event of the pool so far.
    pub fn events(&self) -> Vec<Event> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until an event of the pool matches.
    pub async fn wait_for_event(&self, what: &str, matches: impl Fn(&Event) -> bool) {
        eventually(what, || self.events().iter().any(&matches)).await;
    }

    /// What upstream saw on behalf of a client, without what the router asks for itself.
    pub fn forwarded(&self) -> Vec<crate::Received> {
        let own = [Route::Usage, Route::Accounts, Route::Token];
        self.upstream.received().into_iter().filter(|seen| !own.contains(&seen.route)).collect()
    }

    /// Asks upstream for a turn with this body.
    pub fn ask(&self, body: &Value) -> Ask {
        Ask::new(Method::POST, self.keyed("/codex/responses"))
            .json(body)
            .header("accept", "text/event-stream")
    }

    /// A fresh turn of a session: whole history, nothing to continue.
    pub fn fresh(&self, session: &str) -> Ask {
        let mut body = turn(&[user("hi")]);
        body["prompt_cache_key"] = json!(session);
        self.ask(&body).header("session-id", session)
    }

    /// Opens a WebSocket on the responses route.
    ///
    /// # Panics
    /// When the router refuses it.
    pub async fn socket(&self, headers: &[(&str, &str)]) -> Socket {
        let opened = Socket::open(&self.keyed("/codex/responses"), headers).await;
        opened.unwrap_or_else(|refused| panic!("the router refused a socket: {refused:?}"))
    }

    /// Makes `response` a chain of `name` by a real turn, which is not counted
    /// afterwards when the caller looks only at later attempts.
    ///
    /// # Panics
    /// When the turn goes elsewhere.
    pub async fn begin_chain(&self, response: &str, name: &str) {
        let before = self.upstream.attempts().len();
        let serving = self.pool.view().serving;
        self.pool.use_now(self.id(name));
        self.upstream.next(&account(name), crate::Reply::turn(response, "a beginning"));
        let answer = self.ask(&turn(&[user("begin")])).answer().await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(self.upstream.tried()[before..], [name]);
        if let Some(serving) = serving {
            self.pool.use_now(serving);
        }
    }

    /// Stops serving and waits for the end of it.
    pub async fn stop(&mut self) {
        self.stop.take();
        in_time("the router to stop", &mut self.serving).await.ok();
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.serving.abort();
        self.listening.abort();
        if std::thread::panicking() {
            eprintln_logs(&self.logs);
            return;
        }
        self.check_secrecy();
        self.check_bearers();
        assert_eq!(self.upstream.strangeness(), Vec::<String>::new());
    }
}

#[expect(clippy::print_stderr, reason = "a failed scenario is read by a person")]
fn eprintln_logs(logs: &Logs) {
    eprintln!("--- the router's log ---\n{}", logs.text());
}

/// The account of a profile.
pub fn account(name: &str) -> String {
    format!("account-{name}")
}

/// A turn's body with these input items.
pub fn turn(input: &[Value]) -> Value {
    json!({"model": "gpt-test", "stream": true, "store": false, "input": input,
           "instructions": "be brief", "include": ["reasoning.encrypted_content"]})
}

/// A turn's body that continues a chain.
pub fn chained(previous: &str, input: &[Value]) -> Value {
    let mut body = turn(input);
    body["previous_response_id"] = json!(previous);
    body
}

/// A user's message.
pub fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
}

/// The output of a tool.
pub fn tool_output(call_id: &str) -> Value {
    json!({"type": "function_call_output", "call_id": call_id, "output": "done"})
}

/// A frame that asks for a turn over a WebSocket.
pub fn frame(mut body: Value) -> Value {
    body["type"] = json!("response.create");
    body
}

fn id_of(place: usize) -> ProfileId {
    ProfileId(place as u64 + 1)
}

type Heard = Arc<Mutex<Vec<Event>>>;

fn listen(pool: &Pool) -> (Heard, JoinHandle<()>) {
    let heard = Heard::default();
    let into = Arc::clone(&heard);
    let mut events = pool.events();
    let task = tokio::spawn(async move {
        while let Ok(event) = events.recv().await {
            into.lock().unwrap_or_else(PoisonError::into_inner).push(event);
        }
    });
    (heard, task)
}

/// Scenarios of the router have no daemon behind it.
#[derive(Debug)]
struct NoControl;

impl Control for NoControl {
    fn call(&self, _: http::Request<Bytes>) -> BoxFuture<'static, Response<ControlBody>> {
        let body = Empty::new().map_err(|never| match never {}).boxed();
        let answer = Response::builder().status(404).body(body).expect("a plain answer");
        Box::pin(async { answer })
    }
}
