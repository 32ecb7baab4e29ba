//! What simulated clients send, and what they do with an answer.

use rotunda_core::{
    ProfileId, Standing, Turn, affinity::Continuation, turn::Request, verdict::Transport,
};

use crate::{
    clock::{SECOND, span},
    plant::Plant,
    random::Random,
    run::{Run, Steps, VOICE, Waits},
    script::{MODELS, Task, TaskKind},
    world::{Event, Job, World, log},
};

/// How often a client sends a request again.
const MOST_RETRIES: u32 = 5;
/// How long profiles are searched for one request.
pub(crate) const SEARCH: u64 = 30 * SECOND;
/// This thread continues responses over HTTP, too, as clients other than Codex do.
const CHAINS_OVER_HTTP: u8 = 5;

/// How a request ended for its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Served,
    /// Its chain is gone.
    Resend,
    /// Sockets are refused.
    UseHttp,
    /// Something that may pass.
    Trouble,
    /// An answer that says why.
    Refused,
}

impl Job {
    /// What its next request says of earlier work.
    fn continuation(&self, model: usize, chain: Option<usize>) -> Continuation {
        Continuation {
            model: Some(MODELS[model].to_owned()),
            previous_response: chain.map(|at| format!("r{at}")),
            turn_state: self.turn_state.as_ref().map(|(state, _)| state.clone()),
            project: None,
            session: Some(format!("s{}", self.task.thread)),
            compact: self.task.kind == TaskKind::Compact,
            // Each request after the first returns what a tool said.
            tool_output: self.requests < self.task.requests,
            preferred: None,
            allowed: None,
            whereabouts: None,
        }
    }
}

impl World {
    pub(crate) fn begin_task(&mut self, task: Task) {
        let thread = &self.threads[usize::from(task.thread) % self.threads.len()];
        let keeps_chain = task.kind == TaskKind::Message;
        let job = Job {
            random: Random::of(&[task.salt]),
            requests: task.requests,
            retries: 0,
            over_http: task.over_http || matches!(task.kind, TaskKind::Compact | TaskKind::Voice),
            is_full: !keeps_chain,
            latest: thread.latest.filter(|_| keeps_chain),
            reasoning_of: thread.reasoning_of.filter(|_| task.kind != TaskKind::SubAgent),
            turn_state: None,
            run: None,
            is_over: false,
            task,
        };
        let at = self.jobs.len();
        self.jobs.push(job);
        self.schedule(0, Event::Request { task: at });
        if let Some(after) = task.cancel_after {
            self.schedule(after, Event::Cancel { task: at });
        }
    }

    /// The client sends its next request.
    pub(crate) fn request(&mut self, task: usize) {
        let job = &mut self.jobs[task];
        if job.is_over || job.run.is_some() {
            return;
        }
        let may_chain = !job.over_http || job.task.thread == CHAINS_OVER_HTTP;
        let chain = job.latest.filter(|_| may_chain && !job.is_full);
        let is_voice = job.task.kind == TaskKind::Voice;
        let transport = if job.over_http { Transport::Http } else { Transport::WebSocket };
        let model = usize::from(job.task.model) % MODELS.len();
        let continuation =
            if is_voice { Continuation::default() } else { job.continuation(model, chain) };
        let route = match job.task.kind {
            TaskKind::Compact => "compact",
            TaskKind::Voice => VOICE,
            _ => "responses",
        };
        let asks_first = is_voice.then(|| self.own_profile()).flatten();
        let job = &mut self.jobs[task];
        self.begun += 1;
        let request = Request { transport, continuation, route, search: span(SEARCH) };
        let run = Box::new(Run {
            turn: Turn::new(request)
                .asking_first(asks_first.filter(|_| self.plant != Some(Plant::VoiceElsewhere))),
            task,
            transport,
            route,
            model,
            refused: job.task.refused,
            asks_first,
            chain,
            holder: None,
            // Upstream holds the history of a chain, with its reasoning.
            reasoning_of: job.reasoning_of.filter(|_| chain.is_none()),
            random: Random::of(&[job.random.bits()]),
            profile: None,
            access: None,
            renewal: None,
            answers: Vec::new(),
            sent: Vec::new(),
            opinions: Vec::new(),
            may_have_output: false,
            met_vault: false,
            is_paid: false,
            is_released: false,
            is_committed: false,
            then: None,
            waits: Waits::No,
            has_place: false,
            is_subscribed: false,
            // No stamp is used twice: places in the list of runs are.
            stamp: self.begun << 20,
            is_woken: false,
            lease: None,
            steps: Steps::default(),
            started: self.clock.uptime,
            sent_at: None,
            searched: 0,
        });
        let at = self.free_place();
        self.jobs[task].run = Some(at);
        self.start(at, run);
    }

    /// A place in the list of runs.
    fn free_place(&mut self) -> usize {
        let free = self.runs.iter().position(Option::is_none);
        free.unwrap_or_else(|| {
            self.runs.push(None);
            self.runs.len() - 1
        })
    }

    /// Who has Codex's own sign-in and is ready.
    fn own_profile(&self) -> Option<ProfileId> {
        let view = self.pool.view(self.now());
        let own = view.profiles.iter().find(|it| it.profile.own_sign_in)?;
        let is_ready = own.standing == Standing::Ready && !own.profile.paused;
        is_ready.then_some(own.profile.id)
    }

    /// The user interrupts: the client closes the connection.
    pub(crate) fn cancel(&mut self, task: usize) {
        if std::mem::replace(&mut self.jobs[task].is_over, true) {
            return;
        }
        log!(self, "task {task}: interrupted");
        if let Some(run) = self.jobs[task].run.take() {
            self.drop_run(run);
        }
    }

    /// The client sends the request again after this time, if it still may.
    pub(crate) fn retry(&mut self, task: usize, after: u64) {
        let job = &mut self.jobs[task];
        job.retries += 1;
        job.is_full = true;
        if job.retries > MOST_RETRIES {
            log!(self, "task {task}: gives up");
            return self.task_over(task);
        }
        self.schedule(after, Event::Request { task });
    }

    fn task_over(&mut self, task: usize) {
        let job = &mut self.jobs[task];
        job.is_over = true;
        if job.keeps_thread() {
            let thread = usize::from(job.task.thread) % self.threads.len();
            let is_compact = job.task.kind == TaskKind::Compact;
            self.threads[thread].latest = job.latest.filter(|_| !is_compact);
            self.threads[thread].reasoning_of = job.reasoning_of.filter(|_| !is_compact);
        }
    }

    /// What the client does when a request is over.
    pub(crate) fn react(&mut self, task: usize, ending: Ending) {
        let job = &mut self.jobs[task];
        job.run = None;
        if job.is_over {
            return;
        }
        match ending {
            Ending::Served => {
                job.requests = job.requests.saturating_sub(1);
                (job.retries, job.is_full) = (0, false);
                if job.requests == 0 {
                    return self.task_over(task);
                }
                let after = job.random.within(20, 3 * SECOND);
                self.schedule(after, Event::Request { task });
            }
            Ending::Resend => self.retry(task, 20),
            Ending::UseHttp => {
                job.over_http = true;
                self.retry(task, 50);
            }
            Ending::Trouble => {
                let pause = 200 << job.retries.min(6);
                self.retry(task, pause);
            }
            Ending::Refused => self.task_over(task),
        }
    }
}
