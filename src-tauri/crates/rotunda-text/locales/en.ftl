### What Rotunda says, in English. The other catalogs have the same messages and variables; a test compares them.

## The language's own name, as the window's settings list it.

language-name = English

## A text of the system or of another program, as it is.

quoted = { $text }

## Numbers and times.

number-left = { $share } left
number-out = Out
number-low = Low, { $left }
span-none = now
span-minutes = { $minutes }m
span-hours = { $hours }h
span-hours-minutes = { $hours }h { $minutes }m
span-days = { $days }d
span-days-hours = { $days }d { $hours }h
reset-now = resets now
reset-in = resets in { $span }

## A time after a verb: "continues at 14:05".

time-at-today = at { $clock }

## A time after "until", and one that is not today.

time-today = { $clock }
time-tomorrow = tomorrow at { $clock }
time-weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
  } { $clock }
time-date = { $day } { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
  } { $clock }
updated-now = updated just now
updated-minutes = updated { $minutes }m ago
updated-hours = updated { $hours }h ago
updated-days = updated { $days }d ago
updated-long-ago = last known

## The tray's first line and the window's head.

headline-cant-listen = Can't listen on port { $port }
headline-keychain-locked = Unlock your keychain to continue
headline-keychain-denied = Allow Rotunda its keychain items to continue
headline-no-keychain = No keychain answers
headline-not-saved = The sign-in of { $profile } is not saved yet
headline-keychain-silent = The keychain does not answer
headline-no-collection = The keychain has no default keyring
headline-binding-changed = Binding was changed outside Rotunda
headline-no-profile = Add a profile to start
headline-not-bound = Codex is not bound
headline-router-stopped = Codex waits: the router is not running
headline-all-out = All profiles out · back { $at }
headline-using = Codex is using { $profile }
headline-using-left = Codex is using { $profile } · { $left }
headline-none-ready = No profile is ready
headline-ready = Codex is bound · { $count ->
    [one] { $count } profile ready
   *[other] { $count } profiles ready
  }

## What a click on the first line opens.

headline-opens = { $headline }…
headline-fix = { $headline } · Fix…
headline-sign-in-again = { $headline } · Sign in again…

## The line under the first line.

outlook-no-profile = Sign in once for each ChatGPT plan that you own.
outlook-waits = All profiles are out. Codex waits and continues { $at } with { $profile }.
outlook-out = All profiles are out. Codex can go on { $at }, when { $profile } resets.
outlook-next-profile = the next profile
outlook-ready = { $ready } of { $all ->
    [one] { $all } profile
   *[other] { $all } profiles
  } ready
outlook-ready-next = { outlook-ready }, next reset { $until }

## A profile's row, after its name.

summary-out = Out until { $until }
summary-resting = Resting until { $until }
summary-needs-sign-in = Sign in again
summary-sign-in-again = { summary-needs-sign-in }…
summary-no-codex = Plan without Codex
summary-paused = Paused
summary-ready = Ready
summary-resets = { $left }, { $resets }
summary-week = { $left } · week { $week }
summary-last-known = { $summary } · last known
summary-not-saved = { $summary } · not saved yet

## Why a profile takes no work.

reason-no-codex-until = Its plan does not include Codex, OpenAI says. It is tried again { $at }.
reason-no-codex = Its plan does not include Codex, OpenAI says. It is tried again with the next request.
reason-resting = { $cause ->
    [five_hours] It ran out of its 5-hour limit.
    [week] It ran out of its weekly limit.
    [credits] It used up its plan, and its credits are not used now, as the settings say.
    [trouble] OpenAI had trouble with its requests.
   *[limit] It ran out of its limit.
  }
reason-sign-in-ended = OpenAI ended this sign-in.
reason-paused = You paused it.
reason-own-account-out = Codex's own account is out of quota. Until it is back, Codex's terminal interface may hold messages in its queue or change the model to gpt-reserve.

## The second line of Codex's config.toml, which is written while Codex's own account is out.

second-line-what = While Codex's own account is out and another profile is ready, Rotunda writes a second line, chatgpt_base_url, into config.toml, so that Codex's terminal interface continues; while the line stands, Codex does not start after a crash of Rotunda until Rotunda is back, connectors are absent, and error texts of Codex may show Rotunda's key.
second-line-stands = A second line, chatgpt_base_url, stands in config.toml, because Codex's own account is out and another profile is ready: Codex reads what the profiles have left together. Connectors are absent meanwhile.
second-line-due = The second line is due: it is written when the router has answered.
second-line-off = The second line is switched off.
second-line-foreign = The second line is switched on and absent: config.toml has a chatgpt_base_url of yours, which Rotunda leaves alone.
second-line-not-bound = The second line is switched on and absent: Codex is not bound.
second-line-not-serving = The second line is switched on and absent: the router does not answer.
second-line-own-unknown = The second line is switched on and absent: Codex's own account is no profile, so Rotunda does not know when it is out.
second-line-own-served = The second line is switched on and absent: Codex's own account is not out.
second-line-no-other = The second line is switched on and absent: no other profile than Codex's own account is ready.
note-second-line-off = The second line is switched off and absent from config.toml.

## A renewed sign-in that is not saved yet.

not-saved = Its renewed sign-in is not saved yet: { $cause }. { $help }; Rotunda then saves it by itself. It is lost if Rotunda ends before that.
not-saved-locked = the keychain is locked
not-saved-locked-help = Unlock the keychain
not-saved-denied = access was refused
not-saved-denied-help = Allow Rotunda the place of its sign-ins
not-saved-keychain-help = See that the keychain answers
not-saved-file-help = Free space on that disk, and see that Rotunda may write there

## Where the pace of a quota window leads.

pace-even = on pace
pace-lasts = lasts until the reset
pace-out = at this pace out { $at }

## The place where sign-ins are kept.

vault-in-file = Sign-ins are in a file that any program of yours can read. `rotunda vault move keychain` moves them into the keychain.
vault-locked = The keychain is locked. Unlock it, and Codex goes on. If you cannot, set `vault = "file"` in settings.toml and sign in again.
vault-dismissed = The keychain is locked, and its password prompt was closed. Unlock it, or refresh to be asked again. If you cannot, set `vault = "file"` in settings.toml and sign in again.
vault-not-answering = The keychain does not answer. Restart the program that provides it, or set `vault = "file"` in settings.toml and sign in again.
vault-no-collection = The keychain has no default keyring. Create one in the keychain's own program and make it the default, or set `vault = "file"` in settings.toml and sign in again.
vault-cannot-save = The keychain can be read but does not save. Make it writable, or run `rotunda vault move file` to keep sign-ins in a private file.
vault-denied = The keychain refused access. Allow Rotunda its own items, and Codex goes on.
vault-no-keychain = No keychain answers. Start one (on Linux a Secret Service such as gnome-keyring), or set `vault = "file"` in settings.toml to keep sign-ins in a private file, and sign in again.
vault-no-file = The file with the sign-ins cannot be used. See that you may read and write vault.json in Rotunda's data folder.
vault-broken = What the vault holds cannot be understood. Sign in again with each profile.

## Codex's config.toml.

binding-stale = Codex points at { $url }, where Rotunda does not listen any more.
binding-foreign = Codex points at { $url }.
binding-unreadable = Line { $line }: { $error }.
binding-failed = { $error }.
binding-other-provider = Codex uses the provider "{ $provider }" of its config.toml, so the line has no effect.

## Another file that decides where Codex connects.

override-managed-address = The administrator's { $file } sends Codex to { $address }, whatever config.toml says. Ask your administrator to allow Rotunda's address there.
override-managed-provider = The administrator's { $file } has Codex use the provider "{ $provider }", whatever config.toml says. Ask your administrator to allow the built-in one.
override-managed-unreadable = The administrator's { $file } cannot be read ({ $reason }), and Codex does not start without it. Tell your administrator.
override-env-proxy = { $variable } in { $file } makes Codex send what is meant for this computer to a proxy. Add the line NO_PROXY=127.0.0.1,localhost there.
override-env-address = { $file } sets OPENAI_BASE_URL to { $address }. Codex goes by config.toml and ignores it, but other programs may not: take the line out if you do not need it.
override-open = { $file } holds Rotunda's key and is open to other users of this computer: `chmod 600` makes it yours only.
override-read-only-tool = { $file } is read-only, because { $tool } writes it. Add the line that `rotunda bind --print` prints to its source.
override-read-only = { $file } is read-only: allow writing it before you bind. If a tool writes it, add the line that `rotunda bind --print` prints to its source.

## Check: what is between Codex and OpenAI.

check-codex-missing = The Codex command was not found. The desktop app works without it.
check-codex-at = { $version } is at { $path }.
check-codex-silent = { $path } does not tell its version.
check-app-none = No Codex of the desktop app was found; the command needs none.
check-app-at = The desktop app has { $version }, at { $path }.
check-app-silent = The desktop app's { $path } does not tell its version.
check-proxy-named = { $variable } sends even what is meant for this computer to a proxy.
check-proxy-of-system = The system sends even what is meant for this computer to a proxy.
check-proxy-proof = { $finding } A request to the router went to { $place }.
check-proxy-unanswered = { $finding } A request to the router was not answered.
check-way-straight = A request to the router goes straight there, past every proxy.
check-sockets-to-proxy = { $variable } sends Codex's WebSocket connections to a proxy, although NO_PROXY spares this computer for its other requests.
check-no-proxy = No proxy of this environment catches what is meant for this computer.
check-bound = Codex is bound by one line in { $file }.
check-not-bound = Codex is not bound and uses its own sign-in.
check-foreign = { $finding } Another program or you set that.
check-unreadable = { $file } cannot be read. { $finding }
check-router-stopped = The router is not running.
check-router-awaited = { $finding } Codex is bound and waits for it.
check-router-answers = The router answers on 127.0.0.1:{ $port }.
check-router-answers-with = The router answers Codex's own address with { $status }.
check-router-silent = The router does not answer: { $error }.
check-guards = The router turns away programs that do not know its key.
check-guards-not = The router answered a program without its key with { $status }.
check-reaches = Codex's own doctor reaches the router.
check-reaches-not = Codex's own doctor does not reach the router: { $error }.
check-no-layers = No profile file of Codex leads elsewhere.
check-layer = { $file } names an address or a provider of its own: with `codex --profile { $profile }` Codex does not come here.
check-own-sign-in = Codex has a sign-in of its own, which its app needs.
check-own-ended = Codex's own access ended on { $date }; it renews it when it needs it.
check-own-in-keychain = Codex has a sign-in of its own in the keychain, which its app needs.
check-own-unread = Codex keeps its own sign-in in the keychain, which was not asked for it; turns do not need it.
check-own-in-memory = Codex keeps its own sign-in only while it runs; turns do not need it.
check-own-encrypted = Codex keeps its own sign-in in the encrypted file { $file }, which only Codex opens; turns do not need it.
check-own-absent = Codex has no sign-in of its own; turns do not need it.
check-own-not-shared = Codex itself is signed in with { $kind }, which Rotunda cannot share. Turns do not need it: there is nothing to do.
check-own-of-variable = Codex itself is signed in with { $kind } from the variable { $variable }, which Rotunda cannot share. Turns do not need it: there is nothing to do.
check-own-unreadable = Codex's own sign-in cannot be read: { $error }.
check-authorities-unusable = The file of certificate authorities that { $variable } names holds no certificate in PEM format, or cannot be read.
check-upstream-away = OpenAI cannot be reached from here now.
check-upstream-there = OpenAI can be reached.
check-clock-right = OpenAI can be reached, and this computer's clock is right.
check-clock-fast = This computer's clock is { $seconds } seconds fast: sign-ins end at the wrong time.
check-clock-slow = This computer's clock is { $seconds } seconds slow: sign-ins end at the wrong time.
check-clock-by-certificate = OpenAI's certificate is not valid on { $date }, the date of this computer: its clock is wrong, or another program answers in OpenAI's place.
check-no-profile = There is no profile, so Rotunda has nothing to serve Codex with.
check-none-ready-yet = { $headline }.
check-none-ready = No profile can serve Codex, and none comes back by itself.
check-signed-out = { $ready } of { $all } profiles can serve Codex; { $out } must sign in again.
check-ready = { $ready } of { $all } profiles can serve Codex now.
check-orphans = { $count ->
    [one] { $count } sign-in is kept without a profile.
   *[other] { $count } sign-ins are kept without a profile.
  }
check-own-account-out = Codex's own account, the profile { $profile }, is out of quota. Until it is back, Codex's terminal interface may hold messages in its queue or change the model to gpt-reserve, although other profiles are ready.
check-missed-profiles = { $count ->
    [one] { $count } turn ended in an error although a ready profile was not asked: this is a defect of Rotunda.
   *[other] { $count } turns ended in an error although a ready profile was not asked: this is a defect of Rotunda.
}
check-vault-unchecked = Not checked, as the settings cannot be read.
check-vault-silent = The keychain does not answer.
check-vault-empty = The keychain answers, but holds no sign-in for the first profile.
check-vault-keychain = Sign-ins are in the system's keychain, which answers and saves.
check-vault-keychain-named = Sign-ins are in the system's keychain ({ $provider }), which answers and saves.
check-vault-plain-sessions = { $finding } It has no encrypted sessions, so secrets go to it in plain, over a socket that only your own programs can open.
check-vault-file = Sign-ins are in a private file instead of the keychain.
check-vault-not-saving = Sign-ins can be read, but a test item was not saved: { $error }.
check-vault-refused = Sign-ins cannot be read: { $error }.
check-settings-bad = The settings cannot be used: { $error }.
check-settings-warn = { $warning }.
check-settings-read = The settings can be read.
check-nothing-written = Rotunda has written nothing yet.
check-writable = { $folder } can be written.
check-not-writable = { $folder } cannot be written: { $error }.
check-log = The log is { $path }.
check-no-log = There is no log yet; a running Rotunda writes { $path }.
check-login-unchecked = Start at login is not checked here; the window's settings show it.
check-login-off = Rotunda does not start at login.
check-login-app = The tray app starts at login, from { $program }.
check-login-router = The router starts at login, without a tray, from { $program }.
check-login-no-command = Rotunda does not start at login: { $entry } has no command that can be read.
check-login-inactive = Rotunda does not start at login: { $entry } is switched off by its line `{ $line }`.
check-login-unit = The router starts at login, by its systemd unit rotunda.service.
check-login-gone = { $entry } starts { $program } at login, which is not there.
check-wsl-windows-shared = Codex on Windows has its own config.toml in { $folders }, which this Rotunda does not bind by itself. `rotunda bind --codex-home` with that folder does, because both sides share their ports; or install Rotunda on Windows, with another port in its settings.
check-wsl-windows-apart = Codex on Windows has its own config.toml in { $folders }. It cannot reach a router inside WSL, which has a network of its own. For it, install Rotunda on Windows.
check-wsl-linux-shared = A Codex inside WSL ({ $names }) has its own config.toml, which this Rotunda does not bind by itself. `rotunda bind --codex-home` with its folder, such as \\wsl.localhost\Ubuntu\home\you\.codex, does, because both sides share their ports; or install Rotunda inside WSL, with another port in its settings.
check-wsl-linux-apart = A Codex inside WSL ({ $names }) has its own config.toml. It cannot reach this router, because WSL has a network of its own. For it, install Rotunda inside WSL.
check-tray-always = This system always shows tray icons.
check-tray-no-session = There is no session bus here, so no tray; the router needs none.
check-tray-there = This desktop shows tray icons.
check-tray-missing = Nothing on this desktop shows tray icons.
check-tray-hangs = The program that shows tray icons does not answer.
check-tray-silent = The session bus does not answer, so whether there is a tray is not known.

## What Codex itself is signed in with.

auth-kind = { $kind ->
    [chat_gpt] a ChatGPT account
    [api_key] an API key
    [agent_identity] an agent identity
    [personal_access_token] a personal access token
    [bedrock] Amazon Bedrock
    [host_tokens] tokens of the program that started it
    [workload_identity] a workload identity
   *[access_token] an access token
  }
auth-kind-other = a sign-in of the kind { $name }

## Check: what to do.

fix-name-path = Put `codex` on PATH, or set { $variable } to its place.
fix-install-codex = Install Codex again.
fix-install-app = Install the desktop app again.
fix-except-loopback = Set NO_PROXY=127.0.0.1,localhost where Codex starts.
fix-name-authorities = Correct the variable where Rotunda and Codex start, then start Rotunda again.
fix-switch = `rotunda bind --switch` switches to the built-in provider until you unbind.
fix-bind = `rotunda bind` points it here.
fix-bind-afresh = `rotunda bind` brings the line up to date.
fix-bind-or-unbind = `rotunda bind` points it here; `rotunda unbind` gives back what is there now.
fix-correct-file = Correct the file. Rotunda does not touch it while it does not parse.
fix-start = Start the app or `rotunda serve`.
fix-start-or-unbind = Start the app or `rotunda serve`, or `rotunda unbind`.
fix-restart-and-see = Restart Rotunda; `rotunda activity` and the log tell more.
fix-restart-for-port = Something else may listen on port { $port }: restart Rotunda.
fix-restart = Restart Rotunda.
fix-ask-codex = `codex doctor` tells more; a proxy or a changed config.toml is the usual cause.
fix-take-out = Take that line out of it, or leave it on purpose.
fix-sign-in-in-app = If its app shows that it is signed out, sign in there again.
fix-sign-in-codex = Sign in again with `codex login`.
fix-network = Check this computer's network, and the proxy in Rotunda's settings.
fix-set-clock = Set the clock, or turn on that the system does it.
fix-add-profile = `rotunda login` adds one.
fix-wait = Wait, or add another profile. `rotunda profiles` shows when each is back.
fix-see-profiles = `rotunda profiles` says why: sign in again or resume one.
fix-take-back = `rotunda import` lists them and takes them back.
fix-own-account-out = `codex exec` is not affected. For the terminal interface, sign Codex itself in with an account that has quota left (`codex login`), or wait for the reset.
fix-second-line-dead = While the line stands and the router does not run, Codex's terminal interface does not start: start Rotunda, or run `rotunda unbind`.
fix-second-line-foreign = Take your chatgpt_base_url out of config.toml to have the second line, or switch it off with `rotunda bind --second-line off`.
fix-report-defect = Please report it with the file of `rotunda doctor --bundle FILE`.
fix-sign-in-each = `rotunda profiles` names them; run `rotunda login --profile NAME` for each.
fix-sign-in-to = Sign in again with `rotunda login --profile { $profile }`.
fix-new-key = Its API key was refused: `rotunda remove { $profile }`, then `rotunda add-key --name { $profile }` with a new one.
fix-settings-first = Correct the settings first.
fix-unlock = Unlock it, then try again.
fix-unlock-keychain = Unlock the keychain, then try again.
fix-sign-in-again = Sign in again with `rotunda login --profile NAME`; `rotunda profiles` has the names.
fix-move-to-keychain = Where there is a keychain, run `rotunda vault move keychain`.
fix-do-one = Do one of these, then try again.
fix-allow = Allow Rotunda its own items, then try again.
fix-correct-line = Correct that line.
fix-correct-setting = Correct or remove it in settings.toml.
fix-make-room = Make room, or give the folder back to your user.
fix-login-again = Turn start at login off and on again in the window's settings.
fix-app-indicator = On GNOME, add the AppIndicator extension, or start Rotunda once more to open its window.
fix-sign-out = Sign out of the desktop and in again.

## The tray menu, its tooltip, the settings' notes and the question before quitting.

menu-tip = Rotunda: { $headline }
menu-tip-serving = Rotunda: { $profile } { $summary }. { $others } more ready.
menu-show-all = Show all { $count } profiles…
menu-next = Switch to next profile
menu-no-next = No other profile is ready
menu-stay = Stay on { $profile }
menu-bind = Bind Codex
menu-bind-again = Bind Codex again
menu-unbind = Unbind Codex
menu-unreadable = Can't read config.toml…
menu-add = Add profile…
menu-settings = Settings…
menu-get-web-view = Install WebView2 to open the window…
menu-update = Rotunda { $version } is out…
menu-quit = Quit Rotunda
settings-port-later = Port { $next } is used from the next start of Rotunda on; until then it is { $now }.
settings-proxy-later = The proxy is used from the next start of Rotunda on.
quit-title = Quit Rotunda?
quit-text = Codex goes back to its own sign-in. Chats open right now need a Codex restart.
quit-yes = Quit and unbind
quit-no = Cancel

## Why the app does not do what its window or its menu asks.

refusal-unknown = Rotunda cannot do { $command } as it was asked. Nothing was changed.
refusal-no-profile = There is no such profile. Nothing was changed.
refusal-no-place = Sign-ins rest in the keychain or in a file. Nothing was moved.
refusal-login-switch = Start at login is on or off. Nothing was changed.
refusal-login-kept = Start at login was not changed: { $error }.
refusal-settings = Nothing was changed: { $error }.
refusal-answer = The answer cannot be shown: { $error }.

## Notifications.

notice-moved-to = Codex moved to { $profile }
notice-moved-often = Codex moved { $times } times in 10 minutes
notice-moved-body = { $from } ran out of its { $limit ->
    [five_hours] 5-hour limit
    [week] weekly limit
   *[other] limit
  } until { $until }. { $state }.
notice-has = { $profile } has { $left }
notice-is-ready = { $profile } is ready
notice-chosen = You chose { $profile }
notice-chosen-body = New chats use it, and rotation goes on from there. To keep it, choose Stay on { $profile }.
notice-moved-often-body = { $state } now.
notice-last-until = Only { $profile } has quota left: { $share } until { $until }.
notice-last-left = Only { $profile } has quota left: { $left }.
notice-last-ready = Only { $profile } is ready.
notice-out-waits = Codex continues by itself { $at }.
notice-out-body = Codex can go on { $at }, when { $profile } resets.
notice-back-left = { $profile } reset and has { $left }.
notice-back = { $profile } is ready.
notice-sign-in-title = Sign in to { $profile } again
notice-sign-in-others = { $reason } Codex keeps working on { $others ->
    [one] another profile
   *[other] { $others } other profiles
  }.
notice-low = { $share } left across all profiles
notice-low-out-at = At this pace the pool is out at about { $until }.
notice-low-resets = The next reset is { $at }.
notice-last-title = Last profile in use
notice-out-title = All profiles are out
notice-back-title = Codex can continue
notice-unbound-title = Codex is not using Rotunda
notice-unbound-body = Another program changed config.toml.
notice-port-title = Rotunda can't start its router
notice-test-title = Notifications work
notice-test-body = Rotunda tells here when Codex moves, stops, or needs you.
notice-window-broke = Rotunda's window closed by itself
notice-window-missing = Rotunda's window did not open
notice-window-body = Codex goes on. Open the window again from the tray.
notice-web-view-missing = WebView2 is not installed. Install it from { $page }, then open the window again. Codex goes on.
notice-sign-in = Sign in
notice-bind = Bind again
notice-no-tray = This desktop has no tray, so Rotunda opens its window instead. Closing the window unbinds Codex and ends Rotunda. GNOME has a tray with the extension AppIndicator.

## Activity: profiles and requests.

activity-removed-profile = A removed profile

## Follows a profile's name.

activity-cause = { $cause ->
    [five_hours] ran out of its 5-hour limit
    [week] ran out of its weekly limit
    [credits] used up its plan, and its credits may not be used
    [trouble] had trouble upstream
   *[limit] ran out of its limit
  }
activity-rotated = Moved from { $from } to { $to }: { $from } { activity-cause }.
activity-rotated-until = Moved from { $from } to { $to }: { $from } { activity-cause } and is back { $at }.
activity-reordered = Moved from { $from } to { $to }: { $to } is first in the order now. { $from } stays ready.
activity-rested = { $profile } { activity-cause } and rests until { $until }.
activity-limit-reached = { $profile } has used up its limit { $limit } until { $until }. Its other models stay.
activity-limit-reset = { $profile } has quota of its limit { $limit } again.
activity-recovered = { $profile } is ready again.
activity-chain-lost = Upstream no longer knew a conversation, so Codex sends it again in full. Nothing is lost.
activity-chain-lost-of = Upstream no longer knew a conversation with { $profile }, so Codex sends it again in full. Nothing is lost.
activity-credits-spent = Credits of { $profile } are being spent, { credits-cause }.
activity-credits-spent-of = Credits of { $profile } are being spent, { credits-cause }. Balance: { $balance }.
activity-allowed-credits = You set that credits of { $profile } { $consent ->
    [when_all_out] may be used when all plans are out
    [always] may be used beyond its plan
   *[never] are not used
  }.
activity-credits-as-all = Credits of { $profile } follow the setting for all profiles again.
credits-cause = { $cause ->
    [all_out] because you allowed it when all plans are out
    [always] because you allowed it beyond its plan
   *[not_by_consent] although no turn was to be paid with them: a turn that began within the plan, or another program
  }
credits-unlimited = Credits without a limit
credits-consent = { $consent ->
    [when_all_out] used when all plans are out
    [always] used beyond its plan
   *[never] not used
  }
credits-idle = { $balance } credits, { credits-consent }
credits-idle-unknown = Credits, { credits-consent }
credits-spending-of = Spending credits: { $spent } of { $before } since { $at }, { credits-cause }
credits-spending = Spending credits since { $at }, { credits-cause }
headline-spending-credits = Spending credits on { $profile }
notice-credits = Credits of { $profile } are being spent
activity-exhausted-until = All profiles are out. Codex can go on { $at }.
activity-exhausted = No profile can serve Codex, and none comes back by itself: sign in to one again or resume one.
activity-rule-exhausted-until = Only { $profiles } may serve a project, by its rule, and all of it is used up. Codex can go on there { $at }; nothing else is used there.
activity-rule-exhausted = Only { $profiles } may serve a project, by its rule, and none of it can: sign in to one again or resume one. Nothing else is used there.
activity-waiting = All profiles are out, so a request waits and goes on { $at }.
activity-failed = A request failed after { $attempts ->
    [one] one try
   *[other] { $attempts } tries
  }: Codex got the status { $status } and tries again by itself.
activity-failed-of = A request with { $profile } failed after { $attempts ->
    [one] one try
   *[other] { $attempts } tries
  }: Codex got the status { $status } and tries again by itself.
activity-not-asked = A request was sent to no profile, because { $reason ->
    [resting] every profile rests after trouble upstream
   *[busy] no profile had a free place for it
  }. Codex got the status { $status } and tries again by itself.

## Activity: sign-ins.

activity-refreshed = Renewed the sign-in of { $profile }, as it was about to expire.
activity-adopted = Took over the sign-in of { $profile } from Codex, which had renewed it: the two share one.
activity-handed-over = Gave Codex the renewed sign-in of { $profile }, as the two share one.
activity-not-saved = The renewed sign-in of { $profile } is not saved yet: { $error }. It is in use, and Rotunda tries again to save it.
activity-saved = The renewed sign-in of { $profile } is saved now.
activity-renewal-refused = OpenAI's sign-in service answered a renewal of { $profile } with { $answer ->
    [not_json] something that is no sign-in
    [too_large] more than a sign-in has
    [truncated] a part of a sign-in only
    [error_object] an error that it called a success
    [no_access_token] no access token
    [malformed_access_token] an access token that cannot be one
    [malformed_refresh_token] a refresh token that cannot be one
    [another_account] the sign-in of another account
    [already_ended] a sign-in that has ended already
   *[other] something that cannot be used
  }. The present sign-in stays, and Rotunda asks again later.
activity-needs-sign-in = { $profile } needs a new sign-in: { $code ->
    [refresh_token_expired] its sign-in has expired
    [refresh_token_reused] another program renewed the same sign-in, which ended this one
    [refresh_token_invalidated] its sign-in was revoked
   *[other] OpenAI refused it twice
  }. It is left out until then.
activity-not-entitled = { $profile } is left out: OpenAI says that its plan does not include Codex.
activity-interrupted = Rotunda was stopped while it renewed the sign-in of { $profile }. Should OpenAI refuse it from now on, run `rotunda login --profile { $profile }`.

## Activity: what the user chose.

activity-chosen = You chose { $profile }: new conversations go to it.
activity-pinned = You chose to stay on { $profile }: nothing rotates until you unpin it.
activity-unpinned = You let Rotunda rotate again.
activity-paused = You paused { $profile }: it serves nothing until you resume it.
activity-resumed = You resumed { $profile }.
activity-reserved = You keep { $percent }% of { $profile } in reserve.
activity-reserved-as-all = { $profile } keeps the same reserve as all profiles.
activity-wait-ended = You stopped the requests that waited for a reset.
activity-added = Added { $profile }.
activity-signed-in = { $profile } has a new sign-in and is ready.
activity-removed = Removed { $profile }: its sign-in was deleted.
activity-signed-out = { $profile } was signed out here.
activity-renamed = You renamed { $from } to { $to }.
activity-vault-moved = Moved { $count ->
    [one] { $count } sign-in
   *[other] { $count } sign-ins
  } to { $place ->
    [keychain] the keychain
   *[file] a private file
  }.

## Activity: Codex's config.toml, changed by Rotunda.

activity-bound = You bound Codex: one line of its config.toml points here.
activity-bound-new-key = You bound Codex under a new key: one line of its config.toml points here.
activity-unbound = You unbound Codex: config.toml is what it was before.
activity-unbound-at-end = Unbound Codex, because Rotunda ended: config.toml is what it was before.
activity-unbound-unmendable = Unbound Codex so that it keeps working: its line pointed at an earlier start of Rotunda and could not be mended.
activity-unbound-elsewhere = Unbound Codex in { $folder }: Rotunda was started for another folder of Codex.
activity-still-bound-elsewhere = Codex in { $folder } is still bound and could not be unbound: { $error }.
activity-left-as-is = You left config.toml as it is: Codex is not bound.
activity-restored = You restored config.toml as it was before binding.
activity-restored-kept = { activity-restored } What it replaced is kept as { $kept }.
activity-healed = Codex still pointed at an earlier start of Rotunda: its line was brought up to date.
activity-save-kept = config.toml was saved at the moment Rotunda was ended: that text is kept as { $copy }.
activity-second-line-written = Wrote a second line, chatgpt_base_url, into config.toml: Codex's own account is out, and Codex's terminal interface now reads what the profiles have left together.
activity-second-line-taken-out = Took the second line out of config.toml: { $reason ->
    [off] you switched it off
    [not-bound] Codex is not bound any more
    [not-serving] the router did not answer
    [own-unknown] Codex's own account is no profile any more
    [own-served] Codex's own account is not out any more
    [no-other] no other profile is ready
    [left-over] an earlier start of Rotunda had left it
   *[ended] Rotunda ended
}.

## Activity: Codex's config.toml, changed by other programs.

activity-other-serves = Codex points at another running Rotunda, on port { $port }, and was left there. Bind Codex to have it come here.
activity-points-elsewhere = Another program changed config.toml. Codex points at { $url }. Bind again, or leave it.
activity-points-elsewhere-held = { activity-points-elsewhere } There listens { $holder }.
activity-line-taken-out = Another program removed Rotunda's line from config.toml: Codex uses its own sign-in. Bind again, or leave it.
activity-made-unreadable = Another program changed config.toml, and it cannot be read. { $error }. Rotunda does not touch it until it is mended.
activity-made-unreadable-line = Another program changed config.toml, and it cannot be read. Line { $line }: { $error }. Rotunda does not touch it until it is mended.
activity-other-provider = Another program changed the provider in config.toml to "{ $provider }": Codex does not use Rotunda. Bind again and switch, or leave it.

## Activity: the router and the place of the sign-ins.

activity-vault-unreadable = No sign-in can be read: { $error }. Codex goes on once that is mended.
activity-vault-readable = Sign-ins can be read again.
activity-port-taken = Port { $port } is used by { $holder }. End that program, or set another port in settings.toml.
activity-port-taken-unbound = Port { $port } is used by { $holder }. Codex was unbound so that it keeps working. End that program, or set another port in settings.toml.
port-holder-unknown = another program
port-holder-of-user = { $program } of the user { $user }
port-holder-unknown-of-user = a program of the user { $user }
activity-store-set-aside = Rotunda's database was damaged. It is kept as { $file }, and a new one was begun with the { $profiles } profiles that could be read. `rotunda import` lists sign-ins that have no profile now.
activity-settings-unreadable = The settings stay as they were, since the file cannot be used: { $error }

## Why something that was asked for was not done.

error-no-profile-of-name = There is no profile called "{ $profile }". `rotunda profiles` lists them.
error-gone = This profile is gone.
error-import = Nothing was imported: { $error }.
error-import-encrypted = Nothing was imported: Codex keeps its sign-in in the encrypted file { $file }, which only Codex opens. Sign in with `rotunda login`, which leaves Codex's own sign-in as it is.
error-import-spent = Nothing was imported: OpenAI refused its refresh token. Sign in to it with `rotunda login`.
error-import-not-renewed = Nothing was imported: OpenAI's sign-in service did not answer. Try again later, or sign in to it with `rotunda login`.
error-import-several = Nothing was imported: { $count } sign-ins are there. Leave the name out to import them all, or give the path of one of them.
error-import-none = Nothing was imported: { $errors }
error-nothing-to-export = No sign-in was written, because no profile has one.
error-no-tray = Nothing was shown, because only the tray app shows notifications, and it does not run.
error-short-passphrase = No sign-in was written. A passphrase has at least { $count } characters.
error-renewed-meanwhile = { $profile } got newer tokens while the file was written, so it stays here. Delete the file, then export again.
error-sealed = No sign-in was taken from { $path }: { $reason }.
error-import-older = Nothing was imported: { $profile } has a newer sign-in already.
error-nothing-changed = Nothing was changed: { $error }.
error-none-to-stay-on = No profile is ready to stay on. Sign in to one first.
error-no-other-profile = No other profile is ready, so Codex stays where it is.
error-reserve = A reserve is a share from 0 to 50 percent. Nothing was changed.
error-no-sign-in = No sign-in is waiting for this. Start one first.
error-no-browser = The browser could not be opened. Open the address yourself.
error-other-account = That was another account than the one of { $profile }, so nothing was changed. Sign in with the account of { $profile }, or add this one as a profile of its own.
error-account-of = That was the account of { $other }, so nothing was changed. Sign in with the account of { $profile }.
error-no-key = This is not an API key: a key is one line without spaces. Nothing was added.
error-known-key = This key is there already, as { $profile }. Nothing was added.
error-key-refused = OpenAI refused this key. Check it on the page where it was made; nothing was added.
error-key-untried = The key could not be tried, as OpenAI's API does not answer. Try again later; nothing was added.
error-provider-address = This is no address of a provider. One looks like https://api.example.com/v1; nothing was added.
error-provider-plain = The address must begin with https:// or lead to this computer, because the key would go over the network in plain text. Nothing was added.
error-provider-extra = The address must hold no user name, password, query or fragment. Nothing was added.
error-provider-refused = { $address } does not accept this key. Check it and try again; nothing was added.
error-provider-untried = The key could not be tried, as { $address } does not answer as a provider does. Check the address and try again; nothing was added.
error-provider-models = The provider lists no models of its own. Name them with `--models A,B`; nothing was added.
error-provider-plan-models = Plans have { $models } too. Name a model with `--fallback` to let the provider serve it when all plans are out; nothing was added.
error-own-models-only = { $profile } serves only models of its own, whichever profile is chosen. Choose one in Codex: { $models }.
error-vault-fixed = ROTUNDA_VAULT says where sign-ins rest. Unset it and start Rotunda again, then move them.
error-settings-file = The file with the settings was left alone: { $error }.
error-no-export = This is not a file of `rotunda export`. Nothing was changed.
error-no-place = Sign-ins rest in `keychain` or in `file`. Nothing was moved.
error-vault-there = Sign-ins are in { $place ->
    [keychain] the keychain
   *[file] a private file
  } already.
error-vault-copy = A copied sign-in could not be read back, so everything stays where it was.
error-vault-left = Sign-ins were moved, but their old copies could not be erased: { $error }. The next start tries again.
error-not-running = Codex was not bound, because the router is not running and Codex would wait for it. Start Rotunda or `rotunda serve` first.
error-no-codex-there = Codex was not bound, because there is no config.toml and no auth.json in { $folder }.
error-other-side-apart = The Codex in { $folder } was not bound, because it cannot reach this router: WSL has a network of its own. Set `networkingMode=mirrored` below `[wsl2]` in .wslconfig of your Windows home folder, or install Rotunda on that side.
error-not-other-side = Codex was not bound, because { $folder } is not on the other side of WSL. For another Codex folder of this system, set CODEX_HOME.
error-overridden = Codex was not bound. { $finding }
error-other-provider = Codex was not bound, because it uses the provider "{ $provider }" of its config.toml and would not come here. `rotunda bind --switch` also switches to the built-in one, until you unbind.
error-no-answer = Codex was not bound, because the router does not answer: { $error }. Restart Rotunda.
error-wrong-answer = Codex was not bound, because the router answered itself with { $status }. Restart Rotunda.
error-bind = Codex's config.toml was not changed: { $error }.
error-not-opened = { $path } could not be opened: { $error }. Open it yourself.
error-no-router = The router is not running. Start the app or `rotunda serve`, then try again.
error-no-profile-yet = There is no profile yet. `rotunda login` adds one.
error-test-turns-waiting = { $count } test turns wait already. Wait for the end of one, or cancel one, then try again.
error-recording-already = What passes is recorded already. End that recording, then try again.
error-no-port = No port could be opened for this command: { $error }. Try again.
error-quota-needs-router = Quota is read by a running Rotunda. Start the app or `rotunda serve`, then try again.
error-quota-unread = OpenAI did not tell what is left of { $profiles }. Try again in a minute, or see `rotunda activity`.
error-key = The key that Codex uses cannot be had: { $error }.

## Why a profile's name cannot be used.

name-empty = A profile needs a name; give it 1 to 40 visible characters.
name-long = This name is too long; give it 1 to 40 visible characters.
name-invisible = This name holds characters that cannot be seen; use visible ones.
name-taken = Another profile has this name; choose a different one.

## Why a file was not written.

output-taken = { $path } is there already, so nothing was written. Choose another name.
output-taken-free = { $path } is there already, so nothing was written. Choose another name, for instance { $free }.
output-no-folder = { $folder } is no folder, so nothing was written. Choose another place.
output-file = Nothing was written: { $error }. Choose another place for it.

## Why the keychain did not give or take something: a clause without a full stop.

vault-error-missing = the keychain holds no sign-in for this profile
vault-error-locked = the keychain is locked; unlock it, or set `vault = "file"` in settings.toml and sign in again
vault-error-dismissed = the keychain is locked and its password prompt was closed; unlock it, run `rotunda quota --refresh` to be asked again, or set `vault = "file"` in settings.toml and sign in again
vault-error-denied = the keychain refused access
vault-error-not-answering = the keychain does not answer; restart the program that provides it, or set `vault = "file"` in settings.toml and sign in again
vault-error-no-collection = the keychain has no default keyring; create one and make it the default, or set `vault = "file"` in settings.toml and sign in again
vault-error-cannot-save = the keychain cannot save ({ $reason }); make it writable, or run `rotunda vault move file` to keep sign-ins in a private file
vault-error-unavailable = no keychain is available: { $reason }
vault-error-damaged = the keychain item cannot be read: { $reason }

## Why a sign-in could not be imported: a clause without a full stop.

import-no-sign-in = there is no sign-in in { $folder }: Codex is signed out there
import-not-ours = this is not an auth.json of Codex: { $reason }
import-unsupported = this auth.json holds a sign-in of the kind { $kind }, which Rotunda cannot use
import-encrypted = Codex keeps its sign-in in the encrypted file { $file }, which only Codex opens
import-unread = it is in the keychain, which was not asked yet
import-keychain = Codex keeps its sign-in in the keychain, and { $error }

## Why config.toml was not changed: a clause without a full stop.

bind-refused = { $path }, { $reason }; correct that line, then try again
bind-busy = another Rotunda is changing the binding; try again in a moment
bind-restless = { $path } keeps changing; close what writes it, then try again
bind-read-only = { $path } is read-only; allow writing it, or add the line that `rotunda bind --print` prints to what a tool makes it of
bind-no-backup = there is no backup of { $path } to restore

## Why there is no sign-in.

login-denied = The sign-in was not allowed on OpenAI's page. Start it again when you want it.
login-page = OpenAI's page ended the sign-in ({ $code }). Start it again.
login-timed-out = The sign-in was not finished in time. Start it again.
login-state-mismatch = This answer belongs to another sign-in. Use the page that Rotunda opened last, or start again.
login-not-an-address = This is not the address that the sign-in ended on. Copy all of it: it begins with http://127.0.0.1 and holds a code.
login-port-taken = The sign-in needs port 1455 or 1457, and other programs hold both, perhaps another sign-in of Codex. End it, or use a code instead (`rotunda login --device`).
login-listen = No port could be opened for the browser to come back to: { $error }. Use a code instead.
login-bad-code = OpenAI did not accept the answer: it was used before or is too old. Start the sign-in again.
login-code-expired = The code is no longer valid. Start the sign-in again to get a new one.
login-no-codes = OpenAI does not offer codes for this sign-in. Use the browser instead.
login-trouble = OpenAI's sign-in service has trouble ({ $status }). Try again in a few minutes.
login-unreachable = OpenAI's sign-in service cannot be reached. Check the connection, then try again.
login-strange = OpenAI's sign-in service answered something unexpected. Try again later.
login-clock-ahead = This computer's clock is ahead: the new sign-in would have ended already. Set the clock right, then sign in again.
login-other-workspace = OpenAI signed you in to another workspace than the one chosen. Start again and choose it on OpenAI's page too.
login-cancelled = The sign-in was cancelled.
login-random = The system gives no random numbers, so no sign-in can be made safe.

## How a test turn ended.

turn-completed = { $profile } works: Codex asked and got its answer.
turn-provider-auth-failed = OpenAI does not accept the sign-in of { $profile }. Sign in to it again.
turn-provider-rate-limited = { $profile } is out of quota or asked too often. Try again after its reset.
turn-provider-invalid-tool-call = OpenAI refused a tool of this Codex. Update Codex, then try again.
turn-provider-compact-unsupported = OpenAI does not serve the shortening of conversations that this Codex asks for. Update Codex.
turn-provider-stream-disconnected = The answer broke off again and again. Check the network, then try again.
turn-provider-http-error = OpenAI answered with an error. Try again in a while, or with another model.
turn-provider-unavailable = OpenAI cannot be reached, or has no room for this model now. Try again in a while.
turn-backend-response-invalid = Codex ended the turn without a result. Update Codex, then try again.
turn-backend-json-parse-error = Codex wrote something that is not its protocol. Update Codex, then try again.
turn-backend-timeout = Codex showed no progress for too long and was ended. Try again.
turn-backend-spawn-failed = Codex could not be started. Install it again, then try again.
turn-secret-unavailable = The sign-in of { $profile } cannot be read here. Sign in to it again.
turn-thread-resume-failed = Codex could not open its own conversation again. Update Codex, then try again.
turn-cancelled = The test turn was stopped.
turn-deep-completed = { $profile } works: Codex got its answers, and the conversation went on after it was shortened and opened in another Codex.
turn-sign-in-unread = The sign-in of { $profile } cannot be read here: { $error }.
turn-no-folder = { $error }.
turn-not-started = { $program } could not be started: { $error }.

## What importing a sign-in would do.

import-label = A sign-in
import-gone = It is not there any more. Look again.
import-unusable = { $reason }. Sign in to it with `rotunda login`.
import-twice = This account is in the list already.
import-older = { $profile } has a newer sign-in already.
import-reads-keychain = Importing it reads Codex's item in the keychain, and your system may ask you first. { import-better }.
import-better = A sign-in of its own is safer (recommended){ $audience ->
    [terminal] : `rotunda login`
   *[window] {""}
  }
import-shared-codex = { import-better }; this one is Codex's own, so the two renew it one at a time and each takes over what the other made.
import-shared-unused = { import-better }; { $program } has not used this one yet, so importing renews it, which signs { $program } out of it.
import-shared = { import-better }; { $program } uses this sign-in too, and the first one that renews it signs the other out.
import-shared-unknown = { import-better }; a program that uses that file uses this sign-in too, and the first one that renews it signs the other out.
import-disabled = It is disabled in { $program }, so it is imported as paused; `rotunda resume` takes it into rotation.
import-disabled-shared = { import-disabled } { $sharing }

## What is broken beside what was asked for.

found-clause = Found on the way: { $clause }.
found-sentence = Found on the way: { $sentence }

## The command line: what a command did.

done-removed = Removed { $profile }; its sign-in is deleted.
done-left-as-is = Codex's file stays as it is, and Rotunda reports it no more. `rotunda bind` binds again.
done-test-notification = The tray app shows a notification now.
done-signed-out = { $profile } is signed out here; its name, order and history stay. `rotunda login --profile` signs it in again.
note-own-sign-in-stays = Codex's own sign-in is the same account and stays as it is.
done-sign-ins-exported = Wrote { $count ->
    [one] the sign-in of { $profiles }
   *[other] the sign-ins of { $profiles }
  } to { $path }, encrypted with the passphrase.
note-export-left-out = Left out, because they are signed out: { $profiles }.
note-handed-over = They are signed out here: on the other machine, `rotunda import` takes them from the file.
note-not-handed-over = This machine must let go of them before the other one uses them: the first of the two that renews a sign-in ends it on the other. `rotunda logout` does that, or `--hand-over` at once.
note-still-held = The machine that wrote this file still holds these sign-ins. Run `rotunda logout` for them there now: the first of the two that renews one ends it on the other.
done-renamed = { $from } is called { $to } now.
done-bound = Codex is bound: new conversations go through Rotunda.
done-bound-other-side = The Codex in { $folder } is bound: it goes through this Rotunda for as long as this one runs. `rotunda unbind --codex-home` with the same folder undoes it.
done-quota = Quota is up to date.
done-test-turn-stopping = The test turn is being stopped.
done-unpinned = Rotunda rotates again.
done-exported = Wrote { $path }; it holds no sign-in.
done-using = New conversations go to { $profile } from now on.
done-pinned = Codex stays on { $profile } until `rotunda unpin`.
done-paused = { $profile } is paused until `rotunda resume { $profile }`.
done-resumed = { $profile } is back in rotation.
done-resumed-resting = { $profile } is no longer paused. It rests and is back { $at }.
done-resumed-no-codex = { $profile } is no longer paused. OpenAI said that its plan does not include Codex; it is tried again with the next request.
done-resumed-needs-sign-in = { $profile } is no longer paused, but it needs a new sign-in: `rotunda login --profile { $profile }`.
done-resumed-key = { $profile } is no longer paused. It serves only while `use_api_keys` is on.
done-settings-imported = Took the settings, and those of { $count ->
    [one] { $count } profile that is here
   *[other] { $count } profiles that are here
  }.
done-added = Added { $profile }.
done-updated = { $profile } was there already; it has the new sign-in now.
done-keys-cost = What it serves is billed per token. It serves only while `use_api_keys` is on, and then only when every plan is out.
done-provider-models = It serves { $models }. Choose one in Codex, for instance with `codex -m { $first }`.
done-provider-fallback = It also serves { $models } when all plans are out.
done-provider-left-out = Left out, because plans have them: { $models }.
done-provider-cost = Its provider bills what it serves, and the provider's terms apply.
done-vault-moved = { $count ->
    [one] { $count } sign-in is
   *[other] { $count } sign-ins are
  } in { $place ->
    [keychain] the keychain
   *[file] a private file
  } now; the old copies are erased.
done-vault-file = Any program that runs as you can read that file.
done-imported-verdict = { $label }: { $verdict ->
    [imported] imported
   *[not_imported] not imported
  }.
done-imported-verdict-note = { done-imported-verdict } { $note }
done-imported-all = Imported { $imported } of { $all } sign-ins.
done-not-bound-yet = Codex is not bound, so it does not go through Rotunda yet: `rotunda bind`.
done-unbound = Codex is unbound and uses its own sign-in.
done-was-not-bound = Codex was not bound.
done-restored = config.toml is what it was before binding; Codex uses its own sign-in.
done-restored-already = config.toml was like that already.
done-restored-kept = What it replaced is kept as { $path }.
done-sign-in-begun = The sign-in has begun.
done-sign-in-continues = The sign-in goes on.
done-sign-in-cancelled = The sign-in was cancelled.
done-stopped-waiting = Requests that waited for a reset got the limit as their answer.
done-ordered = The order is now: { $profiles }.
done-order-not-policy = The order decides only under `rotunda settings set policy my-order`, and between equals.
done-reserved = { $profile } keeps { $percent }% in reserve.
done-reserved-common = { $profile } keeps what all profiles keep in reserve: { $percent }%.
done-none-waiting = No request waits for a reset.
note-use-is-for-one = `--use` is for one sign-in, so the profile in use stays. `rotunda use NAME` chooses one.

## The command line: what to know after binding and unbinding.

note-restart = Conversations that are open already keep their old connection until Codex restarts.
note-no-profile = There is no profile yet, so Codex's turns end with a sentence that says so: add one with `rotunda login`.
note-proxy = { $variable } would send what is meant for this computer to a proxy. Set NO_PROXY=127.0.0.1,localhost where Codex starts.
note-config-open = Another program has config.toml open: what it saves there is taken over at the latest when Rotunda starts.
note-left-removed = { $key } had been removed from config.toml since, and stays so.
note-left-replaced = { $key } was changed in config.toml since, and was left as it is.

## The command line: status, profiles, quota, activity and the doctor.

status-router = router
status-binding = binding
status-recording = recording
status-requests = requests
status-error = error
status-sign-ins = sign-ins
status-update = update
status-router-listens = listens on 127.0.0.1:{ $port }
status-router-stopped = not running; start the app or `rotunda serve`
status-recording-into = what passes goes into { $file }
status-counts = { $requests }, with { $retries ->
    [one] { $retries } further attempt
   *[other] { $retries } further attempts
  }, { $rotations ->
    [one] { $rotations } rotation
   *[other] { $rotations } rotations
  } and { $missed } missed
status-last-error = { $at }, request { $request }: { $error }
status-bound = bound by one line in { $file }
status-bound-stale = out of date in { $file }; the next start mends it
status-unbound = not bound; `rotunda bind` adds one line to { $file }
status-foreign = points somewhere else in { $file }
status-unreadable = { $file } cannot be read
status-binding-note = { $state }. { $note }
status-orphans = { $count ->
    [one] { $count } sign-in
   *[other] { $count } sign-ins
  } found in { $place ->
    [keychain] the keychain
   *[file] Rotunda's file of sign-ins
  } without a profile: `rotunda import` lists them and takes them back.
profiles-none = No profiles yet. `rotunda login` adds one; `rotunda import { $folder }` takes the sign-in that Codex has.
profiles-api-key = API key
profiles-provider = key of { $host }
profiles-own = (Codex's own sign-in)
profiles-pinned = (Codex stays here)
quota-none = No profiles yet, so there is no quota. `rotunda login` adds one.
quota-unknown = not known yet
quota-billed = billed by use
quota-five-hours = 5 hours
quota-week = week
quota-days = { $days } days
quota-minutes = { $minutes } min
quota-head-profile = profile
quota-head-account = account
quota-head-plan = plan
quota-head-window = window
quota-head-left = left
quota-head-reset = reset
quota-head-state = state
quota-state-ready = ready
quota-state-last = ready, used last
quota-state-credits = ready, on credits
quota-state-stays = ready, Codex stays here
quota-in-use = in use
quota-more = { $count } more
quota-resets-at = resets { $at }
quota-watch-footer = The provider is asked every 30 seconds. Ctrl+C ends this.
activity-none = Nothing happened in the last 7 days.
activity-not-running = Rotunda is not running, so nothing happens. Start the app or `rotunda serve`, then follow.
trace-needs-router = Requests are kept step by step only while Rotunda runs. Start the app or `rotunda serve`; what was logged before is where `rotunda paths` says.
trace-none = No request has come yet since Rotunda started.
trace-unknown = Request { $request } is not kept. Those from { $first } to { $last } are.
history-day = Last 24 hours: { $requests ->
    [one] { $requests } request
   *[other] { $requests } requests
  }, { $retried } with more than one try, { $failed } failed.
history-no-tokens = No tokens were counted in these days.
history-tokens = Tokens by day, profile and model:
history-tokens-of = { $input } read, { $output } written
requests-none = No request was served in the last 7 days.
requests-first-byte = first byte after { $ms } ms
doctor-mark = { $state ->
    [ok] ok
    [warn] note
   *[fail] mend
  }
doctor-problems = { $count ->
    [one] { $count } thing has
   *[other] { $count } things have
  } to be mended, or Codex cannot use Rotunda.
doctor-broken-file = Correct or move that file away, then run `rotunda doctor` again.

## The command line: the settings, one key each, and where a value comes from.

setting-port = The port of this computer (127.0.0.1) on which the router listens.
setting-vault = Where sign-ins rest: in the system's keychain, or in a private file that any program of yours can read.
setting-second-line = Whether Codex's file may get a second line while Codex's own account is out and another profile is ready. `rotunda bind --help` says what that costs.
setting-policy = Which profile serves a new conversation: the one whose quota a reset would waste first, the one with the most left, or the first in your order (`rotunda order`).
setting-reserve = Percent of each window that is kept in reserve: a profile with this much or less left serves only when no other one is ready. `rotunda reserve` sets another share for one profile.
setting-api-keys = Whether API keys, which cost money by use, serve when all plans are out.
setting-use-credits = Whether purchased credits pay for turns beyond a plan: not at all, while no profile can serve within its plan, or also while others can. `rotunda credits` sets it for one profile.
setting-redeem = When all profiles are out for longer than this and a turn needs one, the banked reset that expires first is used. With "0" none is used without a question.
setting-soft-cap = Requests at once on one profile before others are preferred.
setting-hard-cap = Requests at once on one profile at most; only conversations that hang on the profile may exceed it.
setting-wait = How long a turn waits for a reset when all profiles are out. "0" ends it at once with the limit, as Codex shows it.
setting-clients = Whether other programs than Codex may use your profiles through the Responses API, each with a key of its own (`rotunda client add`). See docs/clients.md for what that means and what works.
setting-clients-messages = Whether programs that speak the Messages API, such as Claude Code, may use your profiles, each with a key of its own (`rotunda client add`). See docs/clients.md.
setting-clients-chat = Whether programs that speak Chat Completions may use your profiles, each with a key of its own (`rotunda client add`). See docs/clients.md.
setting-clients-models = Which model of your plans stands for a model that a request of the Messages API or of Chat Completions names, as `NAME = MODEL` or `NAME = MODEL:EFFORT`, divided by commas. A `*` in a name stands for any text, and the first that fits counts. Without one, a model `claude-…` is the model that Codex lists first, and a model with `haiku` in its name the first one listed with `mini` in its name.
setting-connect = Seconds to reach OpenAI at most.
setting-head = Seconds from a request to the beginning of its answer at most.
setting-chunk = Seconds between two pieces of an answer at most.
setting-upstream-chatgpt = Where requests of ChatGPT plans go; for tests and special set-ups only.
setting-upstream-api = Where requests of API keys go; for tests and special set-ups only.
setting-upstream-auth = Where sign-ins are made and renewed; for tests and special set-ups only.
setting-proxy = The proxy on the way to OpenAI: that of the system or of Codex, none, or this address.
setting-language = The language of tray, notifications, window and command line.
setting-theme = The colours of the window.
setting-start-hidden = Whether the app starts in the tray, without a window.
setting-notice-rotated = Notify when Codex moves to another profile.
setting-notice-last = Notify when the last ready profile is in use.
setting-notice-out = Notify when all profiles are out.
setting-notice-back = Notify when Codex can continue after all were out.
setting-notice-signin = Notify when a profile needs a new sign-in.
setting-notice-unbound = Notify when another program changes config.toml.
setting-notice-port = Notify when the router cannot start.
setting-notice-low = Notify when little is left across all profiles: at the shares in `alerts`.
setting-notice-credits = Notify when purchased credits are being spent.
setting-notice-resets = Notify two days before a banked reset expires.
setting-from-default = default
setting-from-file = settings.toml, line { $line }
setting-from-variable = the variable { $variable }
setting-takes-effect-at-once = A change takes effect at once.
setting-takes-effect-at-start = A change takes effect when Rotunda starts the next time.
setting-takes-effect-by = `{ $command }` changes it.
setting-variable = The variable { $variable } goes before the file.
setting-template = Every setting of Rotunda with its default. Remove the # before a line and change it; `rotunda settings` shows what is in force.
setting-label-now = now
setting-label-default = default
setting-label-values = values
settings-file-is = The file is { $path }.
settings-written = Wrote { $path }. It changes nothing until you remove a # in it.
done-setting = { $key } is now { $value }.
done-setting-default = { $key } has its default again: { $value }.
done-setting-covered = The variable { $variable } goes before the file and is set, so the new value does not count where it is set.

## The command line: files and folders, and what starts at login.

path-absent = (not there)
path-settings = settings
path-store = profiles, Activity, counts
path-store-copy = the same before the last update
path-notices = what was notified
path-updates = when a newer version was asked for
path-window = place of the window
path-sign-in-file = sign-ins, if not in the keychain
path-sign-in-notes = notes on shared sign-ins
path-client-key = key in Codex's line
path-control = address for this command line
path-lock = lock while Rotunda runs
path-journal = what Codex's file held before
path-binding-lock = lock for Codex's file
path-backups = copies of Codex's file
path-log = log
path-logs = folder of the log, with older ones
path-at-login = what starts at login
path-moved = notes on moved folders
path-codex-config = Codex's file, changed by binding
path-codex-sign-in = Codex's own sign-in
path-codex-env = Codex's variables, read only
path-journal-beside = what it held before, if ours takes nothing
autostart-no-app = The app, rotunda-desktop, is neither beside this program nor in PATH, so it cannot be started at login. Without a desktop, `systemctl --user enable rotunda` starts the router at login.
autostart-in-window = On this system the app itself sets this: open its window, then Settings.

## The command line: what is looked at before Codex runs.

run-serves = { $profile } serves; { $ready } of { $all } profiles are ready.
run-serves-alone = { $profile } serves, and no other profile.
run-waits = No profile is ready; turns wait and go on { $at }.
run-needs-sign-in = It needs a new sign-in: `{ $command }`.
run-quota-unknown = Its quota is not known yet.
run-no-profile = There is no profile yet, so no turn can be served. `rotunda login` adds one; `--or-plain` starts Codex on its own sign-in.
run-only-not-ready = { $profile } cannot serve now, and others can. Leave `--only` out, or use `--skip-check` to start anyway.
run-none-ready-until = No profile can serve now; the first is back { $at }. Try again then, or use `--or-plain` to start Codex on its own sign-in, or `--skip-check` to start anyway.
run-none-ready = No profile can serve until you do something; the lines above say what. `--or-plain` starts Codex on its own sign-in, and `--skip-check` starts it anyway.
run-plain = Codex starts on its own sign-in, without Rotunda.
run-client-needs-rotunda = Rotunda is not running. Start it, then try again: `rotunda serve`, or the tray app.
run-client-no-program = { $program } could not be started. Name another program behind `--`, or put it on PATH.
run-pinned = Codex stays on { $profile }, so the profile you named does not serve. `rotunda unpin` ends that, and `--only` goes past it.

## The command line: a look at every profile without a turn.

quick-ok = The sign-in works.
quick-no-quota = The sign-in works, but the provider did not say what is left. Turns may work; try again in a minute.
quick-unreachable = The sign-in service cannot be reached. Check the network, then try again.
quick-refused = The provider refuses a token that was renewed a moment ago. Try again in some minutes; if it stays so, sign in again.
quick-vault = The sign-in cannot be read: { $error }.
quick-failed = { $failed } of { $all } profiles are not in order.

## The command line: what the doctor mends.

mend-mark = { $state ->
    [possible] would
    [done] done
   *[failed] no
  }
mend-none = There is nothing that could be mended without a choice of yours.
mend-bind = Write the line for Codex again, since it leads to an earlier start of Rotunda.
mend-unbind = Point Codex back at its own sign-in, since it waits for a router that nothing starts.
mend-login = Write the entry that starts Rotunda at login again, since the one that is there cannot work.
mend-private = Close { $path } to other users of this computer.
mend-ask-again = Look whether the plan of { $profile } includes Codex again.
mend-quota = Ask the provider what each profile has left.

## The command line: why a profile serves.

why-serves = { $profile } serves the next conversation. { $policy ->
    [most-left] Otherwise the one with the most left comes first.
    [my-order] Otherwise your order counts.
   *[resets-first] Otherwise the one whose quota a reset would waste first comes first.
  }
why-none = No profile can serve the next conversation now.
why-for = for
why-against = against
why-pinned = You chose to stay on it.
why-in-use = It served the latest request.
why-resets-first = Its week ends first ({ $resets }), and what is left of it would be lost.
why-most-left = It has the most left.
why-order-first = It comes first in your order.
why-not-pinned = You chose to stay on { $profile }.
why-api-key-off = API keys serve only with `rotunda settings set use_api_keys on`.
why-api-key-last = An API key costs money by use, so it comes after every plan.
why-other-models = It serves only models of its own.
why-model-of-provider = The model is one of another provider.
why-credits = Its plan is used up, and purchased credits would pay for the turn, as you allowed.
why-own-last = Codex itself is signed in with it, so it comes after the others.
why-reserve = It has no more left than its reserve of { $percent }%.
why-crowded = It serves { $count } requests at once, so others are preferred.
why-full = It serves { $count } requests at once, and takes no more.
why-rule-names = The rule of the project names it.
why-rule-excludes = The rule of the project names only others.
why-holds = It holds this conversation.
why-your-choice = You chose it for new conversations.
why-left = { $percent }% left.
why-lost-first = What is left of its week would be lost first.
why-tried = It was tried before in this request.
why-rests = It rests until { $until }.
why-rests-for-kind = It rests for requests of this kind.
why-needs-sign-in = It needs a new sign-in.
why-paused = You paused it.
why-not-entitled = Its plan does not include Codex.
why-lacks-model = Its list of models lacks this one.
why-last = { $profile } served the last turn; it ended { $at } with status { $status }, and { $tried ->
    [one] one profile was
   *[other] { $tried } profiles were
  } tried.
why-last-change = The last change before it: { $change }
why-last-no-change = Nothing moved Codex to another profile before it, as far as Activity goes back.
why-no-turn = No profile has served a turn yet.
why-choice = What counted in the last choice of a profile, for request { $request }:
why-choice-forgotten = What counted in the choice is known only while Rotunda runs.
done-best = { $profile } is the best one already, so nothing changes.

## The command line: the list of sign-ins to import.

import-list-none = No sign-in was found where Codex and other tools keep theirs. `rotunda login` makes one; `rotunda import PATH` takes one from elsewhere.
import-list-best = Best is a sign-in of its own for each profile: `rotunda login` (recommended).
import-list-found = These were found; `rotunda import --found N...` takes them, with their tokens:
import-list-not = cannot be imported
import-list-updates = updates { $profile }
import-list-becomes = becomes { $profile }
import-list-failed = { $failed } of { $all } were not imported.
import-list-unknown = There is no { $number } in the list; `rotunda import` shows it, with its numbers.
import-list-one-name = --name is for one sign-in; leave it out, or pick one.
import-list-nothing = Nothing in the list can be imported.
import-sealed-options = This file holds profiles of another machine with their names; leave out --name and --use.
import-json-is-for-lists = --json is for lists: add --preview, or leave out the path.
passphrases-differ = The two passphrases differ, so nothing was written.

## A test turn as it goes.

turn-line-stopped-waiting = Stopped before its turn came.
turn-line-stopped-early = Stopped before Codex was started.
turn-line-waits = Waits for the test turn on { $profile }.
turn-line-waits-more = Waits for the test turn on { $profile } and { $more } more.
turn-line-wait-over = The wait is over; this test turn begins.
turn-line-started = Started { $codex } in a folder of its own, for { $profile }.
turn-line-started-another = Started another Codex, which opens the same conversation.
turn-line-asks = Codex asks.
turn-line-asked-to-shorten = Codex is asked to shorten the conversation.
turn-line-begun = The turn has begun.
turn-line-answers = The answer comes.
turn-line-thinks = The model thinks.
turn-line-shortens = Codex shortens the conversation.
turn-line-tool = Codex uses a tool.
turn-line-tries-again = The connection broke; Codex tries again.
turn-line-stopped = Codex stopped the turn.
turn-step = Step { $number } of { $all }, { $step ->
    [turn] a turn
    [compact] shortening the conversation
    [resume] opening it in another Codex
   *[next_turn] one more turn there
  }: { $outcome }.

## What else is worth knowing of a test turn.

turn-note-config = Your config.toml cannot be read, so its model is not used.
turn-model-source = { $source ->
    [named] as named for this turn
    [config] from your config.toml
   *[codex] chosen by Codex, because no model was named
  }
turn-model-other = The model was { $used }; { $asked } was asked for, { turn-model-source }.
turn-model-used = The model was { $used }, { turn-model-source }.
turn-model-asked = The model asked for was { $asked }, { turn-model-source }.
turn-model-unknown = Which model it would have been is not known.
turn-note-retried-well = Codex had to try again { $times ->
    [one] once
   *[other] { $times } times
  } ({ $kinds }), and that worked.
turn-note-retried = Codex tried again { $times ->
    [one] once
   *[other] { $times } times
  } ({ $kinds }).
turn-note-last-error = The last answer was an error: { $error }.
turn-note-unshown = Not shown, and their values not kept: { $list }.
turn-line-stopped-unasked = Stopped before the turn was asked for.
turn-line-ended = Codex did not say that it stopped; it is ended.

## The window: its frame.

window-tab-profiles = Profiles
window-tab-activity = Activity
window-tab-codex = Codex
window-tab-settings = Settings
window-app-sections = Sections
window-app-demo = Demo
window-app-recording = Recording to { $file }
window-app-refresh = Refresh quota
window-app-wrong = Something went wrong. Try again.
window-vault-locked = The keychain is locked. Unlock it, and Rotunda goes on by itself.
window-vault-missing = No keychain answers on this computer.
window-vault-denied = The keychain refused Rotunda.
window-vault-silent = The keychain does not answer. Restart the program that provides it.
window-vault-read_only = The keychain can be read but does not save. Make it writable.
window-vault-ask_again = Ask again
window-vault-broken = The keychain answers what Rotunda cannot read.

## The window: words of many places.

window-common-cancel = Cancel
window-common-close = Close
window-common-done = Done
window-common-dismiss = Dismiss
window-common-copy = Copy
window-common-copied = Copied
window-common-table = As a table
window-common-name = Name
window-common-name_optional = Name (optional)
window-common-loading = Reading…
window-common-try_again = Try again

## The window: quota windows and meters.

window-window-5h = 5 hours
window-window-5h_short = 5h
window-window-week = Week
window-window-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
  }
window-window-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
  }
window-meter-name = { $of }, { $window }: left
window-meter-low = Low
window-meter-stale = last known

## The window: profiles.

window-plan-key = API key
window-plan-provider = key of { $host }
window-profiles-in_use = In use
window-profiles-next = Next, in this order
window-profiles-resting = Resting
window-profiles-needs_you = Needs you
window-profiles-paused = Paused
window-profiles-add = Add profile…
window-profiles-pool = Pool: { $text }
window-profiles-pool_part = { $window } { $left }
window-profiles-order = Order
window-profiles-order-resets_first = Resets first
window-profiles-order-most_left = Most left
window-profiles-order-my_order = My order
window-profiles-order-resets_first_means = What would be wasted is used first
window-profiles-order-most_left_means = The fullest is used first
window-profiles-order-my_order_means = Drag, or press Alt+Up and Alt+Down
window-profiles-moved = { $name } is now { $place } of { $count }.
window-profiles-staying = Staying here
window-profiles-own = Codex's own sign-in
window-profiles-own_means = Codex itself is signed in with this account, so it serves last.
window-profiles-reserve_of = Reserve { $percent } %
window-profiles-requests = { $count ->
    [one] { $count } request now
   *[other] { $count } requests now
  }
window-profiles-by_use = Paid by use; no quota to show.
window-profiles-actions = Actions for { $name }
window-profiles-sign_in = Sign in
window-profiles-sign_in_to = Sign in to { $name }
window-profiles-waiting = { $count ->
    [one] { $count } chat waits.
   *[other] { $count } chats wait.
  }
window-profiles-waiting_until = { $count ->
    [one] { $count } chat waits until { $time }.
   *[other] { $count } chats wait until { $time }.
  }
window-profiles-stop_waiting = Stop waiting
window-act-use = Use now
window-act-stay = Stay on this profile
window-act-unstay = Stop staying on this profile
window-act-pause = Pause
window-act-resume = Resume
window-act-up = Move up
window-act-down = Move down
window-act-sign_in_again = Sign in again…
window-act-rename = Rename…
window-act-reserve = Reserve…
window-act-credits = Credits…
window-act-redeem = Use a banked reset…
window-act-refresh = Refresh
window-act-remove = Remove…

## The window: sheets of a profile.

window-rename-title = Rename { $name }
window-rename-do = Rename
window-remove-title = Remove { $name }?
window-remove-text = Its sign-in is deleted from the keychain. Your ChatGPT account is not affected.
window-remove-text_key = It is deleted from the keychain. The API key itself stays valid.
window-remove-text_file = Its sign-in is deleted. Your ChatGPT account is not affected.
window-remove-do = Remove
window-reserve-title = Reserve of { $name }
window-reserve-text = With this much or less left, the profile is used only when no other is ready.
window-reserve-common = As for all profiles ({ $percent } %)
window-reserve-own = Its own
window-reserve-percent = Percent left in reserve
window-reserve-do = Save
window-credits-title = Credits of { $name }
window-credits-common = As for all profiles: { $consent }
window-credits-never = Never
window-credits-when_all_out = Only when all plans are out
window-credits-always = Also while other profiles have quota, to keep a conversation where it is
window-redeem-title = Banked reset of { $name }
window-redeem-looking = Looking at what is left…
window-redeem-busy = Using the reset…
window-redeem-do = Use one reset
window-redeem-open = Use one…

## The window: the first run.

window-first-title = Use several Codex profiles as one
window-first-lead = Rotunda runs on this computer, keeps your sign-ins in the keychain and moves Codex to the next profile when one runs out.
window-first-add = Add a profile
window-first-found = Found: { $who }
window-first-from = from { $source }
window-first-add_this = Add this profile
window-first-bind = Bind Codex
window-first-bind_text = Adds one line to { $file }. A backup is kept.
window-first-bound = Codex is bound already.
window-first-waits = Waits for step 1
window-first-show_line = Show the line
window-first-keep = Keep it running
window-first-terms = Rotunda is for sign-ins you own. Each of them stays under its provider's terms, which may say how accounts can be used.

## The window: adding a profile.

window-add-title = Add a profile
window-add-sign_in = Sign in with ChatGPT
window-add-code = Use a code instead
window-add-import = Import a file…
window-add-key = Use an API key…
window-add-hint = Rotunda gets a sign-in of its own, so nothing else is signed out by it.
window-signin-title = Sign in with ChatGPT
window-signin-title_again = Sign in to { $name } again
window-signin-waiting = Waiting for your browser…
window-signin-waiting_text = Sign in there and come back; this goes on by itself.
window-signin-open_again = Open again
window-signin-copy_link = Copy link
window-signin-use_code = Use a code
window-signin-code_text = Open this page in any browser and type the code.
window-signin-code_open = Open the page
window-signin-code = Code
window-signin-expires = Expires in { $time }
window-signin-expired = Expired
window-signin-paste = Browser finished but nothing happened? Paste the address here.
window-signin-paste_do = Use this address
window-signin-choose = Which workspace?
window-signin-choose_text = This account has several. Each can be a profile of its own.
window-signin-choose_do = Use this workspace
window-signin-done = Signed in
window-signin-failed = Not signed in
window-key-title = Use an API key
window-key-key = API key
window-key-cost = API keys cost money: each token is billed by OpenAI. Rotunda uses one only when all plans are out and Settings allow it.
window-key-check = The key is checked with one free call and kept in the keychain.
window-key-do = Add this key
window-key-busy = Checking…
window-key-whose = Whose key
window-key-whose-openai = OpenAI
window-key-whose-other = Another provider
window-key-address = Address
window-key-address_text = Where the provider serves the Responses API. The key is sent to no other address.
window-key-models = Its models
window-key-models_text = Separated by commas. Without any: those that the provider lists.
window-key-fallback = Stands in for models of your plans
window-key-fallback_text = Separated by commas. The provider serves them only when all plans are out. Without any: it never stands in.
window-key-cost_other = The provider bills what it serves, and its terms apply. Codex’s /compact does not work with its models.
window-import-title = Import sign-ins
window-import-path = Codex folder, auth.json, or the folder of another tool
window-import-path_plain = Codex folder, or an auth.json file
window-import-look = Look
window-import-nothing = Nothing to import there.
window-import-updates = Updates { $name }
window-import-warning = Codex and Rotunda would both refresh this sign-in. Signing in again here gives Rotunda its own.
window-import-recommended = Sign in (recommended)
window-import-anyway = Import all the same
window-import-do = { $count ->
    [one] Add this profile
   *[other] Add { $count } profiles
  }
window-import-busy = Adding…
window-import-results = What was imported
window-import-ok = Added
window-import-not_ok = Not added
window-import-warn_title = Share this sign-in with Codex?

## The window: activity, requests and usage.

window-activity-empty = Nothing yet. Each rotation, rest and refusal appears here with its reason.
window-activity-none_of_kind = Nothing of this kind.
window-activity-filter = Filter
window-activity-filter-all = All
window-activity-filter-moves = Moves
window-activity-filter-limits = Limits
window-activity-filter-signins = Sign-ins
window-activity-filter-binding = Binding
window-activity-filter-choices = Your choices
window-kind-rotated = Moved to another profile
window-kind-rested = Profile resting
window-kind-recovered = Profile back
window-kind-refreshed = Sign-in renewed
window-kind-adopted = Sign-in taken over from Codex
window-kind-handed_over = Sign-in given to Codex
window-kind-not_saved = Renewed sign-in not saved yet
window-kind-saved = Renewed sign-in saved
window-kind-renewal_refused = Renewal not usable
window-kind-interrupted = Renewal interrupted
window-kind-vault_moved = Sign-ins moved
window-kind-needs_sign_in = Sign-in needed
window-kind-not_entitled = Plan without Codex
window-kind-chain_lost = Conversation sent again
window-kind-exhausted = All profiles out
window-kind-waiting = Request waiting
window-kind-failed = Turn failed
window-kind-chosen = Profile chosen
window-kind-pinned = Staying on one profile
window-kind-unpinned = Rotating again
window-kind-paused = Profile paused
window-kind-resumed = Profile resumed
window-kind-reserved = Reserve changed
window-kind-credits_allowed = Use of credits changed
window-kind-credits_spent = Credits spent
window-kind-reset_used = Banked reset
window-kind-wait_ended = Wait ended
window-kind-profile_added = Profile added
window-kind-signed_in = Signed in again
window-kind-profile_removed = Profile removed
window-kind-profile_renamed = Profile renamed
window-kind-bound = Codex bound
window-kind-healed = Binding repaired
window-kind-second_line = Second line
window-kind-unbound = Codex unbound
window-kind-changed_outside = Binding changed by another program
window-kind-restored = config.toml restored
window-kind-port_taken = Port in use
window-kind-vault_unreadable = Sign-ins not readable
window-kind-vault_readable = Sign-ins readable again
window-kind-hook_failed = Hook failed
window-activity-copy = Copy activity
window-activity-backup = Show backup
window-activity-earlier = Show earlier
window-requests-title = Requests, last 24 h
window-requests-sum = { $requests } · { $retried } retried · { $failed } failed
window-requests-none = No requests in the last 24 hours.
window-requests-chart = Requests per hour, last 24 hours
window-requests-chart_text = { $requests } requests, at most { $most } in an hour
window-requests-hour = Hour
window-requests-count = Requests
window-requests-retried = Retried
window-requests-failed = Failed
window-requests-details = Details
window-requests-time = Time
window-requests-profile = Profile
window-requests-model = Model
window-requests-status = Status
window-requests-first_byte = First byte
window-requests-tokens = Tokens in / out
window-requests-ms = { $count } ms
window-requests-unknown = –
window-usage-title = Usage, last 30 days
window-usage-none = No readings yet. They are kept for 30 days.
window-usage-left = What was left
window-usage-left_chart = { $profile }, { $window }: percent left over 30 days
window-usage-left_text = between { $low } % and { $high } % left
window-usage-gap = A gap in the line is time without a reading.
window-usage-day = Day
window-usage-lowest = Lowest left
window-usage-highest = Highest left
window-usage-percent = { $count } %
window-usage-tokens = Tokens per day
window-usage-tokens_chart = { $model }: tokens per day over 30 days
window-usage-tokens_text = { $total } in all, at most { $most } in a day
window-usage-tokens_none = No token counts yet.
window-usage-of = Profiles
window-usage-of_all = All profiles
window-usage-no_model = Model not named
window-usage-removed = Removed profile
window-usage-input = In
window-usage-output = Out
window-usage-today = today

## The window: Codex.

window-codex-bound = Bound
window-codex-bound_stale = Bound to an older address
window-codex-unbound = Not bound
window-codex-foreign = Bound, but Codex points elsewhere
window-codex-unreadable = config.toml can't be read
window-codex-bound_means = New chats use Rotunda now. Chats that were open before keep their old connection until you restart Codex.
window-codex-bound_means_since = New chats use Rotunda now. Chats that were open before { $time } keep their old connection until you restart Codex.
window-codex-bound_stale_means = The line in config.toml names another port or key than Rotunda uses now. Bind again to renew it.
window-codex-unbound_means = Codex uses its own sign-in.
window-codex-foreign_means = Another app changed it.
window-codex-unreadable_means = Rotunda never changes a file it cannot read. Correct it, and the state here changes by itself.
window-codex-bind = Bind Codex
window-codex-binding = Binding…
window-codex-bind_again = Bind again
window-codex-unbind = Unbind Codex
window-codex-unbinding = Unbinding…
window-codex-leave = Leave it
window-codex-needs_profile = Add a profile first
window-codex-provider = Codex uses the model provider { $provider }
window-codex-provider_text = Only OpenAI's own provider goes through Rotunda. Binding with your consent switches to it while bound; Unbind puts { $provider } back.
window-codex-provider_do = Switch and bind
window-codex-line_in = The line in { $file }
window-codex-line_adds = Binding adds one line to { $file }
window-codex-line = The line
window-codex-open = Open config.toml
window-codex-copy_line = Copy the line
window-codex-backup = Backup from { $time }
window-codex-backup_plain = A backup is kept
window-codex-restore = Restore this file exactly…
window-codex-restore_title = Restore config.toml exactly?
window-codex-restore_diff = What changes in the file
window-codex-restore_do = Restore
window-codex-removed = Removed line
window-codex-added = Added line
window-codex-router_running = Router running
window-codex-router_stopped = Router stopped
window-codex-router_port_taken = Can't listen on port { $port }
window-codex-router_where = Listens on 127.0.0.1:{ $port }, only on this computer.
window-codex-router_where_since = Listens on 127.0.0.1:{ $port }, only on this computer, since { $time }.
window-codex-router_unreachable = Codex cannot reach Rotunda.
window-codex-router_other = Another program uses port { $port }.
window-check-title = Check
window-check-text = Looks at everything between Codex and OpenAI, and changes nothing.
window-check-do = Run check
window-check-busy = Checking…
window-check-ok = Fine
window-check-warn = Look at this
window-check-fail = Wrong
window-check-fix = How to fix
window-turn-title = Test turn
window-turn-text = One short real turn through Codex. It uses a little quota.
window-turn-profile = Profile
window-turn-profile_now = The one in use
window-turn-do = Run a test turn
window-turn-running = Running on { $profile }
window-turn-ended = Ended on { $profile }
window-turn-progress = Progress of the test turn

## The window: settings.

window-settings-general = General
window-settings-start = Start Rotunda when I log in
window-settings-start_text = While this is on, Codex stays bound when you log out, and waits for Rotunda at the next login. While it is off, logging out unbinds Codex.
window-settings-hidden = Start hidden in the tray
window-settings-language = Language
window-settings-language-system = As the system
window-settings-theme = Theme
window-settings-theme-system = As the system
window-settings-theme-light = Light
window-settings-theme-dark = Dark
window-settings-notifications = Notifications
window-settings-rotation = Rotation
window-settings-rotate = Rotate automatically
window-settings-reserve = Leave a reserve of
window-settings-percent = %
window-settings-out = When all profiles are out
window-settings-out_stop = Stop with Codex's message
window-settings-out_wait = Wait for the reset, at most
window-settings-out_hours = Hours to wait at most
window-settings-h = h
window-settings-keys = Use API keys when all plans are out
window-settings-keys_text = API keys cost money: each token is billed by OpenAI.
window-settings-money = Money
window-settings-credits = Use purchased credits
window-settings-credits_text = Credits are bought beyond a plan. Without your consent no turn is paid with them: it goes to another profile, or ends as a limit. The first one that is spent is reported once.
window-settings-redeem = Use a banked reset when all profiles are out
window-settings-redeem_hours = Only when none is back within
window-settings-redeem_text = The one that expires first is used, once an hour at most, and only while work is waiting. It is reported. Using a reset cannot be undone.
window-settings-second_line = Second line
window-settings-second_line_do = Continue in Codex's terminal interface while Codex's own account is out
window-settings-second_line_text = While Codex's own account is out and another profile is ready, Rotunda writes a second line, chatgpt_base_url, into config.toml, so that Codex's terminal interface continues; while the line stands, Codex does not start after a crash of Rotunda until Rotunda is back, connectors are absent, and error texts of Codex may show Rotunda's key.
window-settings-network = Network
window-settings-port = Port
window-settings-port_text = Listening only on this computer.
window-settings-proxy = Upstream proxy
window-settings-proxy-system = As the system
window-settings-proxy-none = None
window-settings-proxy-custom = Custom
window-settings-proxy_address = Proxy address
window-settings-storage = Storage
window-settings-in_keychain = Sign-ins are in the system's keychain.
window-settings-in_file = Sign-ins are in a file that only you can read. The keychain is safer.
window-settings-to_file = Move to a file…
window-settings-to_keychain = Move to the keychain…
window-settings-move_title_file = Move sign-ins to a file?
window-settings-move_title_keychain = Move sign-ins to the keychain?
window-settings-move_text_file = They are written to a file that only you can read, checked, and then deleted from the keychain. Backups and other programs of yours can read that file.
window-settings-move_text_keychain = They are written to the keychain, checked, and then the file is erased.
window-settings-move_do = Move
window-settings-export = Export settings
window-settings-import = Import settings
window-settings-file = Settings file
window-settings-export_text = Without sign-ins and keys.
window-settings-exported = Settings were written to { $path }.
window-settings-imported = Settings were taken from { $path }.
window-settings-diagnostics = Diagnostics
window-settings-diagnostics_text = An archive for a bug report, without sign-ins, keys and e-mail addresses.
window-settings-diagnostics_do = Save diagnostics
window-settings-diagnostics_done = Saved: { $path }
window-settings-about = About
window-settings-version = Rotunda { $version }

## Banked resets: each empties the quota windows of an account once.

resets-banked = { $count ->
    [one] 1 reset banked
   *[other] { $count } resets banked
  }
resets-in-use = A banked reset is being used. The quota does not show that yet.
resets-banked-until = { $count ->
    [one] 1 reset banked, it expires { $at }
   *[other] { $count } resets banked, the first expires { $at }
  }
resets-question = Use one banked reset of { $profile }? It empties { $counters ->
    [five_hours] the 5-hour counter
    [week] the weekly counter
    [both] the 5-hour and weekly counters
   *[other] its counters
  } now ({ $left }). { $stay } This cannot be undone.
resets-none-stays = It is the last one.
resets-stay = { $count ->
    [one] One more stays.
   *[other] { $count } more stay.
  }
resets-stay-until = { $count ->
    [one] One more stays, it expires { $at }.
   *[other] { $count } more stay, the first expires { $at }.
  }
resets-early = Much is left, so a reset is worth little now.
resets-same-number = An earlier request got no clear answer. This one has its number, so OpenAI takes both for one.
resets-redeemed = A banked reset of { $profile } was used: its counters are empty. { $count ->
    [one] One more is left.
   *[other] { $count } more are left.
  }
resets-redeemed-unasked = All profiles were out for long, so a banked reset of { $profile } was used, as you set: its counters are empty. { $count ->
    [one] One more is left.
   *[other] { $count } more are left.
  }
resets-accepted = OpenAI used a banked reset of { $profile }. Its quota does not show that yet; Activity reports when it does.
resets-accepted-unasked = All profiles were out for long, so a banked reset of { $profile } was used, as you set. Its quota does not show that yet; Activity reports when it does.
resets-not-shown = OpenAI said that it used a banked reset of { $profile }, and its quota still does not show that. `rotunda quota --refresh` looks again.
resets-never-clear = Whether a banked reset of { $profile } was used is still not known: OpenAI gave no clear answer, and its quota does not show it. `rotunda quota --refresh` looks again.
resets-nothing-used = No reset of { $profile } was used: OpenAI says that nothing is used up.
resets-none = No reset of { $profile } was used: it has none banked.
resets-refused = No reset of { $profile } was used: OpenAI refused it.
resets-refused-because = No reset of { $profile } was used. OpenAI says: { $reason }
resets-not-asked = No reset of { $profile } was used, because OpenAI was not asked: { $reason }.
resets-not-arrived = No reset of { $profile } was used: the request did not arrive.
resets-unclear = Whether a reset of { $profile } was used is not known, because OpenAI gave no clear answer. Activity reports what its quota shows. Asking again uses the same number, so no second one goes.
resets-under-way = The request to use a banked reset of { $profile } is under way. Activity reports how it ends.
resets-ask-running = A reset is used by the running Rotunda. Start Rotunda or `rotunda serve` first.
resets-ask-unread = The quota of { $profile } could not be read just now, so no reset was used. Try again in a moment.
resets-ask-expired = That question is older than 10 minutes. No reset was used; ask again.
resets-ask-changed = What { $profile } has banked changed meanwhile. No reset was used; ask again.
redeem-ask = Use the reset?
redeem-ask-yes = No reset was used. `rotunda redeem NAME --yes` uses it without asking.
redeem-nothing = No reset was used.
menu-resets = · { $count ->
    [one] 1 reset banked
   *[other] { $count } resets banked
  }
notice-reset-expires = A banked reset of { $profile } expires soon
notice-reset-expires-body = It expires { $at } unless it is used: in the window, or with `rotunda redeem`.

## Answers that do not begin.

activity-late = OpenAI has not begun to answer a request with { $profile } for { $waited } s. Rotunda goes on waiting, because the request may be at work.
activity-late-usual = OpenAI has not begun to answer a request with { $profile } for { $waited } s, and usually begins within { $usual } s. Rotunda goes on waiting, because the request may be at work.
activity-stuck = OpenAI did not take all of a request with { $profile } within { $waited } s. Nothing of it can have run, so Rotunda sends it anew.
summary-late = { $summary } · no answer yet
notice-late = No answer yet with { $profile }
notice-late-body = OpenAI does not begin to answer for far longer than usual. Rotunda goes on waiting, because the request may be at work. To ask again, stop the turn in Codex and send it once more.
setting-notice-late = Notify when an answer does not begin for far longer than usual.
window-kind-late = Answer is late

## The forecast of the whole pool.

forecast-no-profile = No profile has quota that could be forecast.
forecast-not-enough = No forecast: not enough history yet ({ $days } of { $of } days).
forecast-enough = Enough for the next five days at this pace.
forecast-until = Enough until { $until } at this pace.
forecast-back = Then { $profile } is back { $at }.
forecast-two = { $first } { $second }
forecast-out-now = All profiles are out.
forecast-out-now-back = All profiles are out. { $profile } is back { $at }.
forecast-plans = The plans last until { $until } at this pace.
forecast-plans-now = All plans are out.
forecast-then-credits = Then credits of { $profile } pay.
forecast-then-key = Then the API key { $profile } serves and is paid by use.
forecast-old = { $sentence } The figures are { $age } old.
forecast-change-until = { $change }: enough until { $until }.
forecast-change-enough = { $change }: enough for more than five days.
forecast-change-order = With the order “{ $order ->
    [resets_first] what a reset would waste first
    [most_left] most left first
   *[my_order] my order
  }”
forecast-change-reserve = Without a reserve
forecast-change-banked = With one banked reset of { $profile }
forecast-changes = What would change it
forecast-reset = { $profile }: { $window ->
    [five_hours] 5-hour window
    [week] weekly window
   *[other] quota window
  } starts afresh
forecast-reset-expected = { $reset } (expected)
forecast-event-out = All profiles are out
forecast-event-back = { $profile } is back
forecast-title = Next five days
forecast-chart = What all profiles have left on average, as expected
forecast-left = Left on average
forecast-resets = A weekly or longer window starts afresh
forecast-lowest = Between { $low } and { $high } are left.
forecast-when = When
forecast-what = What
forecast-day = Day
forecast-low = Lowest
forecast-high = Highest
forecast-error = Learned from { $days } days. How far forecasts are from what happens is measured in docs/forecast.md.
notice-runs-out-title = The quota runs out before it resets
notice-runs-out = All profiles will be out from { $from } until { $until }.
notice-runs-out-open = All profiles will be out from { $from } on.
notice-returned-title = { $profile } is back
notice-returned = Its { $limit ->
    [five_hours] 5-hour limit
    [week] weekly limit
   *[other] limit
  } was reset, { $left }.
notice-returned-plain = Its { $limit ->
    [five_hours] 5-hour limit
    [week] weekly limit
   *[other] limit
  } was reset.
notice-test-kind = Test: { $kind }

## Alerts in the settings.

setting-alert-five-hours = Shares left of the 5-hour windows of all profiles, in percent, at which `low` notifies. With [] it never does for these windows.
setting-alert-week = The same for the weekly windows.
setting-quiet-hours = No notification comes between these times; at their end comes what still matters. An end that is not after the beginning is on the next day.
setting-work-days = The days on which you work, for `rotunda forecast`: learned from what was used, or these.
setting-work-hours = The hours in which you work, for `rotunda forecast`: learned from what was used, or these.
setting-notice-returned = Notify when a profile that ran out is back, while others served.
setting-notice-forecast = Notify when, by the forecast, all profiles run out within a day and before the next reset.
alerts-five-hours = Notify at these shares left of 5 hours (%)
alerts-week = Notify at these shares left of the week (%)
alerts-shares-example = For example 50, 20, 5
alerts-quiet = Quiet hours
alerts-quiet-from = from
alerts-quiet-to = to
alerts-quiet-text = Nothing pops up in these hours. At their end comes what still matters.
alerts-test = Send a test
alerts-test-of = Send a test of “{ $kind }”
alerts-test-text = A system may swallow notifications without a word. A test shows it.
alerts-work = Working hours, for the forecast
alerts-work-days = Days
alerts-work-hours = Hours
alerts-work-text = “learned” goes by what was used in the last weeks. Otherwise days such as mon-fri, and hours such as 09:00-18:00.
alert-rotated = Codex moved to another profile
alert-last = The last ready profile is in use
alert-out = All profiles are out
alert-back = Codex can continue
alert-signin = A profile needs a new sign-in
alert-unbound = Another program changed config.toml
alert-port = The router can't start
alert-low = Little is left across all profiles
alert-credits = Credits are being spent
alert-resets = A banked reset expires within two days
alert-late = An answer takes unusually long to begin
alert-returned = A profile that ran out is back
alert-forecast = The quota runs out before it resets

## The status in one line, and the guard.

status-line-row = { $profile } · { $summary }
status-line-off = Rotunda is off
status-line-off-with = Rotunda is off · { $row }
status-line-silent = Rotunda does not answer
status-line-silent-with = Rotunda does not answer · { $row }
status-line-field = { $field } is not a field of the line; the fields are { $fields }.
status-line-brace = A brace of the template has no partner; a brace itself is written twice.
guard-enough = { $profile } has { $left }; at least { $min } was asked for.
guard-too-little = No ready profile has { $min } left: the most is { $left } on { $profile }.
guard-none-ready = No profile is ready.
guard-more = { $what } More is expected { $at }.
guard-unknown = It is not known yet what is left; `rotunda quota --refresh` asks the provider.
guard-no-profile = There is no profile with a plan; `rotunda login` adds one.
guard-no-such-profile = There is no profile called "{ $name }".
guard-waits = Waiting until { $min } is left. Ctrl+C ends this.
guard-off = Rotunda is off: this is what it knew last.

## Hooks: commands that run when something happens.

setting-hook = Command that runs when Activity gets a line of this kind. It gets the event as JSON on its input; `rotunda hooks try` runs it.
setting-hook-any = Command that runs for everything, after the one of the kind.
setting-hook-notice = Command that runs when the tray app has this to notify, whether or not the notification is switched on.
hook-code = it ended with { $code }
hook-signal = a signal ended it
hook-too-long = it ran for longer than { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
  } and was ended
hook-not-started = it could not be started: { $error }
hook-test = This is a test of the hook { $hook }. Nothing happened.
hook-worked = The hook { $hook } worked.
hooks-none = No hook is set; `rotunda hooks --all` lists the kinds, and `rotunda settings set hooks.KIND COMMAND` sets one.
hooks-not-set = The hook { $hook } has no command; `rotunda settings set hooks.{ $hook } COMMAND` sets one.
error-no-hook = { $hook } is no kind of hook; `rotunda hooks --all` lists them.
activity-hook-failed = The hook { $hook } failed: { $why }.
activity-hooks-left-out = Commands of hooks were left out, because too many waited behind the hook { $hook }.

## Usage by day, model, profile, session and project.

setting-usage-keep = How many days usage (`rotunda usage`) is kept.
setting-usage-names = Whether the names of projects are kept with usage. Otherwise a project is a number that says nothing of its name and folder; switched off, names that were kept are deleted.
setting-updates = Where Rotunda asks once a day whether there is a newer version: the address of a signed statement. Rotunda shows a newer version and never installs one. "off": it asks nothing.
usage-since = { $since } is no day of the past: write a date such as 2026-11-01, or a number of days such as 30d.
usage-none = Nothing was used since { $day }.
usage-head-by = { $by ->
    [day] day
    [model] model
    [profile] profile
    [session] session
    [project] project
   *[client] program
  }
usage-head-requests = requests
usage-head-input = read
usage-head-cached = cached
usage-head-output = written
usage-head-reasoning = reasoning
usage-head-cost = by API
usage-unknown = not known
usage-no-model = no model named
usage-total = all
usage-estimate = By API is an estimate: OpenAI's list prices as of { $date }, standard processing, prompts up to 272,000 tokens. They may be old.
usage-without-price = Without a price, and so not in the estimate: { $models }.
usage-without-price-more = Without a price, and so not in the estimate: { $models } and { $more } more.
usage-unmeasured = { $count ->
    [one] { $count } request
   *[other] { $count } requests
  } had no figures: the answer was cut or refused.
usage-left-out = { $count ->
    [one] { $count } line is
   *[other] { $count } lines are
  } not listed, and in the sum.

## The window: hooks, in the settings.

window-hooks-title = Hooks
window-hooks-text = A command of yours for each kind of what happens. It gets the event as JSON on its input, runs for 30 seconds at most and one after another; docs/hooks.md has examples.
window-hooks-command = Command for
window-hooks-add = Add one for
window-hooks-choose = Choose a kind…
window-hooks-try = Try
window-hooks-try_it = Try the hook { $kind }
window-hooks-remove = Remove
window-hooks-remove_it = Remove the hook { $kind }

## The window: what was used, in Activity.

window-spent-title = What was used
window-spent-copy = Copy as CSV
window-spent-by = By
window-spent-by-day = Day
window-spent-by-model = Model
window-spent-by-profile = Profile
window-spent-by-session = Session
window-spent-by-project = Project
window-spent-by-client = Program
window-spent-days = Of
window-spent-last = { $count ->
    [one] the last day
   *[other] the last { $count } days
  }
window-spent-none = Nothing was used in this time.
window-spent-chart = Tokens by { $by }
window-spent-sum = { $read } read, of these { $cached } cached; { $written } written; by API { $cost }
window-spent-read = Read
window-spent-cached = Cached
window-spent-written = Written
window-spent-reasoning = Reasoning
window-spent-cost = By API
window-spent-total = All
window-spent-unknown = Not known
window-spent-estimate = By API is an estimate: OpenAI's list prices as of { $date }, standard processing. They may be old.
window-spent-without_price = Without a price: { $models }.
window-spent-unmeasured = { $count ->
    [one] { $count } request
   *[other] { $count } requests
  } had no figures: the answer was cut or refused.
window-spent-left_out = { $count ->
    [one] { $count } line is
   *[other] { $count } lines are
  } not listed, and in the sum.

## The window: usage that is kept, in the settings.

window-kept-title = Usage that is kept
window-kept-days = Keep for
window-kept-unit = days
window-kept-names = Keep the names of projects
window-kept-names_text = Otherwise a project is a number that says nothing of its name and folder. Switched off, names that were kept are deleted.
window-updates-title = Newer versions
window-updates-address = Ask this address once a day
window-updates-text = Only a statement that is signed with the key in this program is used. Rotunda shows a newer version and never installs one.

## Rules per project: `rotunda project`, and the window.

done-project-added = Only { $profiles } serve { $place } from now on.
done-project-removed = Every profile may serve { $place } again.
error-no-project = There is no rule for { $place }; `rotunda project list` lists the rules.
project-none = There is no rule per project: every profile may serve every project. `rotunda project add` makes one.
project-missing = { $profile } (no such profile)
project-no-profile = no profile: nothing serves there
project-free = No rule holds for { $place }: every profile may serve there.
project-holds-folder = Only { $profiles } serve { $place }, because of the rule for the folder { $rule }.
project-holds-repository = Only { $profiles } serve { $place }, because of the rule for the repository { $rule }.
project-holds-none = No profile serves { $place }, because its rules have no profile in common that is there.
project-not-there = { $place } is not there. Give a folder that exists, or the address of a repository.
project-no-address = { $place } is no address of a repository; such an address is github.com/ada/engine.
project-other-clones = Other clones of this repository are not meant. A rule for its address holds for all of them: rotunda project add { $address } --profiles { $profiles }
run-rule = The rule for { $place } lets only { $profiles } serve here.
run-rule-excludes = The rule for { $place } lets only { $profiles } serve here, so { $profile } does not. `rotunda project remove` takes the rule out.
run-rule-no-profile = The rules for { $place } let no profile serve here. `rotunda project show` says which rules these are.
window-projects-title = Projects
window-projects-text = A rule lets only the profiles that you choose serve the work in a folder or a repository, for a client's data on the client's plan. Nothing else is used there, also when they are out.
window-projects-none = No rule yet: every profile may serve every project.
window-projects-place = Folder or address of a repository
window-projects-place_hint = /home/ada/clients/engine or github.com/ada/engine
window-projects-profiles = Profiles
window-projects-of = Profiles for { $place }
window-projects-add = Add a rule
window-projects-remove = Remove
window-projects-remove_it = Remove the rule for { $place }
window-projects-missing = { $profile } (no such profile)
window-projects-no_profile = None of its profiles is there, so nothing serves here.

## Other programs than Codex.

done-client-added = Added { $client }.
done-client-revoked = Revoked the key of { $client }.
done-client-renewed = { $client } has a new key. The one before opens nothing any more.
note-clients-off = Other programs are switched off: their keys open nothing until `rotunda settings set clients.responses true` (or `clients.messages` for Claude Code, `clients.chat` for Chat Completions).
clients-on = Other programs are switched on. The address of the API is { $url }.
clients-terms = A ChatGPT plan is sold for certain programs. Whether it may serve another one is decided by the provider's terms; Rotunda does not know it, and the provider may limit or close an account that breaks them.
clients-switch-off = `rotunda settings set { $switch } false` switches other programs off at once.
client-key = This is its key. It is shown now and never again:
client-all-profiles = each profile
client-no-profile = no profile: those that were named are gone
clients-none = There are no other programs. `rotunda client add NAME` adds one.
error-no-client = There is no program called "{ $client }". `rotunda client list` lists them.
error-client-name = A program needs a name of 1 to 40 visible characters.
error-client-name-taken = Another program has this name; choose a different one.
error-clients-many = There are { $most } programs, and there may be no more. Revoke one first.
error-client-key = This is no key as Rotunda makes them for other programs.

## Other programs, in the window.

window-clients-title = Other programs
window-clients-switch = Let programs that speak the Responses API use my profiles
window-clients-switch_means = Each program gets a key of its own (rotunda client add NAME), and uses the API at { $url }.
window-clients-switch_messages = Let programs that speak the Messages API use my profiles: Claude Code (rotunda run --client NAME)
window-clients-switch_chat = Let programs that speak Chat Completions use my profiles
window-clients-terms = A ChatGPT plan is sold for certain programs. Whether it may serve another one is decided by the provider's terms; Rotunda does not know it, and the provider may limit or close an account that breaks them. You can switch this off here at any time.
window-clients-none = No program has a key.
window-clients-all_profiles = Each profile
window-clients-no_profile = No profile: those that were named are gone
window-clients-revoke = Revoke
window-clients-revoke_of = Revoke the key of { $name }
window-clients-revoked = The key of { $name } is revoked.

## A newer version.

# version: such as 0.2.0; page: the address where it is to be had.
update-newer = Rotunda { $version } is out: { $page }
update-forged = What stands at updates.address is not signed with the key in this program. It was not used.
update-older = What stands at updates.address is older than what stood there before. It was not used.
update-malformed = What stands at updates.address is signed, but names no version of Rotunda. It was not used.
update-not-reached = updates.address did not answer. Rotunda asks again in a day.
update-no-key = This build of Rotunda has no key to check the notice of a newer version with, so it does not ask updates.address.
