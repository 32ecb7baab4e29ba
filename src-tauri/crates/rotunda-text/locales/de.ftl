### Texte von Rotunda, Deutsch. Nachrichten und Variablen wie in en.ftl; ein Test vergleicht sie.

## The language's own name, as the window's settings list it.

language-name = Deutsch

## A text of the system or of another program, as it is.

quoted = { $text }

## Numbers and times.

number-left = { $share } übrig
number-out = Verbraucht
number-low = Wenig, { $left }
span-none = jetzt
span-minutes = { $minutes } Min.
span-hours = { $hours } Std.
span-hours-minutes = { $hours } Std. { $minutes } Min.
span-days = { $days } T.
span-days-hours = { $days } T. { $hours } Std.
reset-now = Reset jetzt
reset-in = Reset in { $span }

## A time after a verb: "continues at 14:05".

time-at-today = um { $clock }

## A time after "until", and one that is not today.

time-today = { $clock }
time-tomorrow = morgen um { $clock }
time-weekday = { $weekday ->
    [1] Mo
    [2] Di
    [3] Mi
    [4] Do
    [5] Fr
    [6] Sa
   *[7] So
  } { $clock }
time-date = { $day }. { $month ->
    [1] Jan
    [2] Feb
    [3] März
    [4] Apr
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug
    [9] Sept
    [10] Okt
    [11] Nov
   *[12] Dez
  } { $clock }
updated-now = gerade aktualisiert
updated-minutes = vor { $minutes } Min. aktualisiert
updated-hours = vor { $hours } Std. aktualisiert
updated-days = vor { $days } T. aktualisiert
updated-long-ago = letzter bekannter Stand

## The tray's first line and the window's head.

headline-cant-listen = Port { $port } ist nicht verfügbar
headline-keychain-locked = Entsperren Sie den Schlüsselbund, um fortzufahren
headline-keychain-denied = Erlauben Sie Rotunda seine Einträge im Schlüsselbund, um fortzufahren
headline-no-keychain = Kein Schlüsselbund antwortet
headline-not-saved = Die Anmeldung von { $profile } ist noch nicht gespeichert
headline-keychain-silent = Der Schlüsselbund antwortet nicht
headline-no-collection = Der Schlüsselbund hat keinen Standardschlüsselring
headline-binding-changed = Die Anbindung wurde außerhalb von Rotunda geändert
headline-no-profile = Fügen Sie ein Profil hinzu, um zu beginnen
headline-not-bound = Codex ist nicht angebunden
headline-router-stopped = Codex wartet: Der Router läuft nicht
headline-all-out = Alle Profile verbraucht · zurück { $at }
headline-using = Codex nutzt { $profile }
headline-using-left = Codex nutzt { $profile } · { $left }
headline-none-ready = Kein Profil ist bereit
headline-ready = Codex ist angebunden · { $count ->
    [one] { $count } Profil bereit
   *[other] { $count } Profile bereit
  }

## What a click on the first line opens.

headline-opens = { $headline }…
headline-fix = { $headline } · Beheben…
headline-sign-in-again = { $headline } · Neu anmelden…

## The line under the first line.

outlook-no-profile = Melden Sie sich einmal für jeden ChatGPT-Tarif an, den Sie besitzen.
outlook-waits = Alle Profile sind verbraucht. Codex wartet und arbeitet { $at } mit { $profile } weiter.
outlook-out = Alle Profile sind verbraucht. Codex kann { $at } weiterarbeiten, wenn { $profile } zurückgesetzt wird.
outlook-next-profile = das nächste Profil
outlook-ready = { $ready } von { $all ->
    [one] { $all } Profil
   *[other] { $all } Profilen
  } bereit
outlook-ready-next = { outlook-ready }, nächster Reset { $until }

## A profile's row, after its name.

summary-out = Verbraucht bis { $until }
summary-resting = Ruht bis { $until }
summary-needs-sign-in = Neu anmelden
summary-sign-in-again = { summary-needs-sign-in }…
summary-no-codex = Tarif ohne Codex
summary-paused = Angehalten
summary-ready = Bereit
summary-resets = { $left }, { $resets }
summary-week = { $left } · Woche { $week }
summary-last-known = { $summary } · letzter bekannter Stand
summary-not-saved = { $summary } · noch nicht gespeichert

## Why a profile takes no work.

reason-no-codex-until = Laut OpenAI enthält der Tarif Codex nicht. { $at } wird es erneut versucht.
reason-no-codex = Laut OpenAI enthält der Tarif Codex nicht. Mit der nächsten Anfrage wird es erneut versucht.
reason-resting = { $cause ->
    [five_hours] Das 5-Stunden-Limit ist verbraucht.
    [week] Das Wochenlimit ist verbraucht.
    [credits] Der Tarif ist verbraucht, und die Credits werden jetzt nicht genutzt, wie es die Einstellungen sagen.
    [trouble] OpenAI hatte Probleme mit den Anfragen.
   *[limit] Das Limit ist verbraucht.
  }
reason-sign-in-ended = OpenAI hat diese Anmeldung beendet.
reason-paused = Sie haben es angehalten.
reason-own-account-out = Das Kontingent von Codex' eigenem Konto ist verbraucht. Bis es zurück ist, kann die Terminaloberfläche von Codex Nachrichten in der Warteschlange halten oder das Modell zu gpt-reserve wechseln.

## The second line of Codex's config.toml, which is written while Codex's own account is out.

second-line-what = Solange das Kontingent von Codex' eigenem Konto verbraucht und ein anderes Profil bereit ist, schreibt Rotunda eine zweite Zeile, chatgpt_base_url, in config.toml, damit die Terminaloberfläche von Codex weiterarbeitet; solange die Zeile steht, startet Codex nach einem Absturz von Rotunda nicht, bis Rotunda zurück ist, Connectors fehlen, und Fehlertexte von Codex können den Schlüssel von Rotunda zeigen.
second-line-stands = In config.toml steht eine zweite Zeile, chatgpt_base_url, weil das Kontingent von Codex' eigenem Konto verbraucht und ein anderes Profil bereit ist: Codex liest, was die Profile zusammen übrig haben. Connectors fehlen so lange.
second-line-due = Die zweite Zeile ist fällig: Sie wird geschrieben, sobald der Router geantwortet hat.
second-line-off = Die zweite Zeile ist ausgeschaltet.
second-line-foreign = Die zweite Zeile ist eingeschaltet und fehlt: config.toml hat ein eigenes chatgpt_base_url von Ihnen, das Rotunda nicht anrührt.
second-line-not-bound = Die zweite Zeile ist eingeschaltet und fehlt: Codex ist nicht gebunden.
second-line-not-serving = Die zweite Zeile ist eingeschaltet und fehlt: Der Router antwortet nicht.
second-line-own-unknown = Die zweite Zeile ist eingeschaltet und fehlt: Codex' eigenes Konto ist kein Profil, also weiß Rotunda nicht, wann sein Kontingent verbraucht ist.
second-line-own-served = Die zweite Zeile ist eingeschaltet und fehlt: Das Kontingent von Codex' eigenem Konto ist nicht verbraucht.
second-line-no-other = Die zweite Zeile ist eingeschaltet und fehlt: Kein anderes Profil als Codex' eigenes Konto ist bereit.
note-second-line-off = Die zweite Zeile ist ausgeschaltet und steht nicht in config.toml.

## A renewed sign-in that is not saved yet.

not-saved = Die erneuerte Anmeldung ist noch nicht gespeichert: { $cause }. { $help }; danach speichert Rotunda sie von selbst. Sie geht verloren, wenn Rotunda vorher endet.
not-saved-locked = der Schlüsselbund ist gesperrt
not-saved-locked-help = Entsperren Sie den Schlüsselbund
not-saved-denied = der Zugriff wurde verweigert
not-saved-denied-help = Erlauben Sie Rotunda den Ort seiner Anmeldungen
not-saved-keychain-help = Prüfen Sie, ob der Schlüsselbund antwortet
not-saved-file-help = Schaffen Sie Platz auf dem Datenträger, und prüfen Sie, ob Rotunda dort schreiben darf

## Where the pace of a quota window leads.

pace-even = gleichmäßig
pace-lasts = reicht bis zum Reset
pace-out = bei diesem Tempo { $at } verbraucht

## The place where sign-ins are kept.

vault-in-file = Die Anmeldungen liegen in einer Datei, die jedes Ihrer Programme lesen kann. `rotunda vault move keychain` verschiebt sie in den Schlüsselbund.
vault-locked = Der Schlüsselbund ist gesperrt. Entsperren Sie ihn, und Codex arbeitet weiter. Wenn das nicht geht, setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an.
vault-dismissed = Der Schlüsselbund ist gesperrt, und seine Passwortabfrage wurde geschlossen. Entsperren Sie ihn, oder aktualisieren Sie, um erneut gefragt zu werden. Wenn das nicht geht, setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an.
vault-not-answering = Der Schlüsselbund antwortet nicht. Starten Sie das Programm neu, das ihn bereitstellt, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an.
vault-no-collection = Der Schlüsselbund hat keinen Standardschlüsselring. Legen Sie im Programm des Schlüsselbunds einen an und machen Sie ihn zum Standard, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an.
vault-cannot-save = Der Schlüsselbund ist lesbar, speichert aber nicht. Machen Sie ihn beschreibbar, oder führen Sie `rotunda vault move file` aus, um die Anmeldungen in einer privaten Datei zu halten.
vault-denied = Der Schlüsselbund hat den Zugriff verweigert. Erlauben Sie Rotunda seine eigenen Einträge, und Codex arbeitet weiter.
vault-no-keychain = Kein Schlüsselbund antwortet. Starten Sie einen (unter Linux einen Secret Service wie gnome-keyring), oder setzen Sie `vault = "file"` in settings.toml, um die Anmeldungen in einer privaten Datei zu halten, und melden Sie sich neu an.
vault-no-file = Die Datei mit den Anmeldungen ist nicht verwendbar. Prüfen Sie, ob Sie vault.json in Rotundas Datenordner lesen und schreiben dürfen.
vault-broken = Die gespeicherten Anmeldungen sind nicht lesbar. Melden Sie sich mit jedem Profil neu an.

## Codex's config.toml.

binding-stale = Codex zeigt auf { $url }, wo Rotunda nicht mehr erreichbar ist.
binding-foreign = Codex zeigt auf { $url }.
binding-unreadable = Zeile { $line }: { $error }.
binding-failed = Nicht lesbar: { $error }.
binding-other-provider = Codex nutzt den Anbieter „{ $provider }“ aus seiner config.toml, daher hat die Zeile keine Wirkung.

## Another file that decides where Codex connects.

override-managed-address = Die Datei { $file } der Verwaltung leitet Codex nach { $address }, unabhängig von config.toml. Bitten Sie Ihre Verwaltung, dort Rotundas Adresse zu erlauben.
override-managed-provider = Die Datei { $file } der Verwaltung gibt Codex den Anbieter „{ $provider }“ vor, unabhängig von config.toml. Bitten Sie Ihre Verwaltung, den eingebauten zu erlauben.
override-managed-unreadable = Die Datei { $file } der Verwaltung ist nicht lesbar ({ $reason }), und Codex startet ohne sie nicht. Informieren Sie Ihre Verwaltung.
override-env-proxy = { $variable } in { $file } lässt Codex auch Anfragen an diesen Computer über einen Proxy senden. Fügen Sie dort die Zeile NO_PROXY=127.0.0.1,localhost hinzu.
override-env-address = { $file } setzt OPENAI_BASE_URL auf { $address }. Codex richtet sich nach config.toml und ignoriert es, andere Programme vielleicht nicht: Entfernen Sie die Zeile, wenn Sie sie nicht brauchen.
override-open = { $file } enthält Rotundas Schlüssel und ist für andere Benutzer dieses Computers offen: `chmod 600` beschränkt sie auf Sie.
override-read-only-tool = { $file } ist schreibgeschützt, weil { $tool } sie schreibt. Fügen Sie die Zeile, die `rotunda bind --print` ausgibt, in deren Quelle ein.
override-read-only = { $file } ist schreibgeschützt: Erlauben Sie das Schreiben, bevor Sie anbinden. Wenn ein Werkzeug sie schreibt, fügen Sie die Zeile, die `rotunda bind --print` ausgibt, in deren Quelle ein.

## Check: what is between Codex and OpenAI.

check-codex-missing = Der Befehl codex wurde nicht gefunden. Die Desktop-App braucht ihn nicht.
check-codex-at = { $version } liegt unter { $path }.
check-codex-silent = { $path } nennt seine Version nicht.
check-app-none = Es wurde kein Codex der Desktop-App gefunden; der Befehl braucht keins.
check-app-at = Die Desktop-App hat { $version }, unter { $path }.
check-app-silent = Die Datei { $path } der Desktop-App nennt ihre Version nicht.
check-proxy-named = { $variable } leitet auch Anfragen an diesen Computer über einen Proxy.
check-proxy-of-system = Das System leitet auch Anfragen an diesen Computer über einen Proxy.
check-proxy-proof = { $finding } Eine Anfrage an den Router ging an { $place }.
check-proxy-unanswered = { $finding } Eine Anfrage an den Router wurde nicht beantwortet.
check-way-straight = Eine Anfrage an den Router geht direkt dorthin, an jedem Proxy vorbei.
check-sockets-to-proxy = { $variable } leitet die WebSocket-Verbindungen von Codex über einen Proxy, obwohl NO_PROXY diesen Computer für die übrigen Anfragen ausnimmt.
check-no-proxy = Kein Proxy dieser Umgebung fängt Anfragen an diesen Computer ab.
check-bound = Codex ist durch eine Zeile in { $file } angebunden.
check-not-bound = Codex ist nicht angebunden und nutzt seine eigene Anmeldung.
check-foreign = { $finding } Das hat ein anderes Programm oder haben Sie eingestellt.
check-unreadable = { $file } ist nicht lesbar. { $finding }
check-router-stopped = Der Router läuft nicht.
check-router-awaited = { $finding } Codex ist angebunden und wartet auf ihn.
check-router-answers = Der Router antwortet auf 127.0.0.1:{ $port }.
check-router-answers-with = Der Router beantwortet die Adresse von Codex mit { $status }.
check-router-silent = Der Router antwortet nicht: { $error }.
check-guards = Der Router weist Programme ab, die seinen Schlüssel nicht kennen.
check-guards-not = Der Router beantwortete ein Programm ohne Schlüssel mit { $status }.
check-reaches = Die eigene Diagnose von Codex erreicht den Router.
check-reaches-not = Die eigene Diagnose von Codex erreicht den Router nicht: { $error }.
check-no-layers = Keine Profildatei von Codex führt woandershin.
check-layer = { $file } nennt eine eigene Adresse oder einen eigenen Anbieter: Mit `codex --profile { $profile }` kommt Codex nicht hierher.
check-own-sign-in = Codex hat eine eigene Anmeldung, die seine App braucht.
check-own-ended = Der eigene Zugang von Codex endete am { $date }; Codex erneuert ihn bei Bedarf.
check-own-in-keychain = Codex hat eine eigene Anmeldung im Schlüsselbund, die seine App braucht.
check-own-unread = Codex hält seine eigene Anmeldung im Schlüsselbund, der nicht danach gefragt wurde; Unterhaltungen brauchen sie nicht.
check-own-in-memory = Codex hält seine eigene Anmeldung nur, solange es läuft; Unterhaltungen brauchen sie nicht.
check-own-encrypted = Codex hält seine eigene Anmeldung in der verschlüsselten Datei { $file }, die nur Codex öffnet; Unterhaltungen brauchen sie nicht.
check-own-absent = Codex hat keine eigene Anmeldung; Unterhaltungen brauchen keine.
check-own-not-shared = Codex selbst ist mit { $kind } angemeldet, was Rotunda nicht teilen kann. Unterhaltungen brauchen es nicht: Es ist nichts zu tun.
check-own-of-variable = Codex selbst ist mit { $kind } aus der Variablen { $variable } angemeldet, was Rotunda nicht teilen kann. Unterhaltungen brauchen es nicht: Es ist nichts zu tun.
check-own-unreadable = Die eigene Anmeldung von Codex ist nicht lesbar: { $error }.
check-authorities-unusable = Die Datei mit Zertifizierungsstellen, die { $variable } nennt, enthält kein Zertifikat im PEM-Format oder ist nicht lesbar.
check-upstream-away = OpenAI ist von hier aus gerade nicht erreichbar.
check-upstream-there = OpenAI ist erreichbar.
check-clock-right = OpenAI ist erreichbar, und die Uhr dieses Computers geht richtig.
check-clock-fast = Die Uhr dieses Computers geht { $seconds } Sekunden vor: Anmeldungen enden zur falschen Zeit.
check-clock-slow = Die Uhr dieses Computers geht { $seconds } Sekunden nach: Anmeldungen enden zur falschen Zeit.
check-clock-by-certificate = Das Zertifikat von OpenAI ist am { $date }, dem Datum dieses Computers, nicht gültig: Die Uhr geht falsch, oder ein anderes Programm antwortet anstelle von OpenAI.
check-no-profile = Es gibt kein Profil, daher kann Rotunda Codex nicht bedienen.
check-none-ready-yet = { $headline }.
check-none-ready = Kein Profil kann Codex bedienen, und keines kommt von selbst zurück.
check-signed-out = { $ready } von { $all } Profilen können Codex bedienen; { $out } müssen neu angemeldet werden.
check-ready = { $ready } von { $all } Profilen können Codex jetzt bedienen.
check-orphans = { $count ->
    [one] { $count } Anmeldung ist ohne Profil gespeichert.
   *[other] { $count } Anmeldungen sind ohne Profil gespeichert.
  }
check-own-account-out = Das Kontingent von Codex' eigenem Konto, dem Profil { $profile }, ist verbraucht. Bis es zurück ist, kann die Terminaloberfläche von Codex Nachrichten in der Warteschlange halten oder das Modell zu gpt-reserve wechseln, obwohl andere Profile bereit sind.
check-missed-profiles = { $count ->
    [one] { $count } Anfrage endete mit einem Fehler, obwohl ein bereites Profil nicht gefragt wurde: Das ist ein Fehler von Rotunda.
   *[other] { $count } Anfragen endeten mit einem Fehler, obwohl ein bereites Profil nicht gefragt wurde: Das ist ein Fehler von Rotunda.
}
check-vault-unchecked = Nicht geprüft, da die Einstellungen nicht lesbar sind.
check-vault-silent = Der Schlüsselbund antwortet nicht.
check-vault-empty = Der Schlüsselbund antwortet, enthält aber keine Anmeldung für das erste Profil.
check-vault-keychain = Die Anmeldungen liegen im Schlüsselbund des Systems, der antwortet und speichert.
check-vault-keychain-named = Die Anmeldungen liegen im Schlüsselbund des Systems ({ $provider }), der antwortet und speichert.
check-vault-plain-sessions = { $finding } Er hat keine verschlüsselten Sitzungen, daher gehen Geheimnisse im Klartext über einen Socket, den nur Ihre eigenen Programme öffnen können.
check-vault-file = Die Anmeldungen liegen in einer privaten Datei statt im Schlüsselbund.
check-vault-not-saving = Die Anmeldungen sind lesbar, aber ein Testeintrag wurde nicht gespeichert: { $error }.
check-vault-refused = Die Anmeldungen sind nicht lesbar: { $error }.
check-settings-bad = Die Einstellungen sind nicht verwendbar: { $error }.
check-settings-warn = { $warning }.
check-settings-read = Die Einstellungen sind lesbar.
check-nothing-written = Rotunda hat noch nichts geschrieben.
check-writable = { $folder } ist beschreibbar.
check-not-writable = { $folder } ist nicht beschreibbar: { $error }.
check-log = Das Protokoll ist { $path }.
check-no-log = Noch gibt es kein Protokoll; ein laufendes Rotunda schreibt { $path }.
check-login-unchecked = Der Start bei der Anmeldung wird hier nicht geprüft; die Einstellungen im Fenster zeigen ihn.
check-login-off = Rotunda startet nicht bei der Anmeldung.
check-login-app = Die Tray-App startet bei der Anmeldung, aus { $program }.
check-login-router = Der Router startet bei der Anmeldung ohne Tray, aus { $program }.
check-login-no-command = Rotunda startet nicht bei der Anmeldung: { $entry } enthält keinen lesbaren Befehl.
check-login-inactive = Rotunda startet nicht bei der Anmeldung: { $entry } ist durch die Zeile `{ $line }` ausgeschaltet.
check-login-unit = Der Router startet bei der Anmeldung durch die systemd-Unit rotunda.service.
check-login-gone = { $entry } startet bei der Anmeldung { $program }, das nicht vorhanden ist.
check-wsl-windows-shared = Codex unter Windows hat eine eigene config.toml in { $folders }, die dieses Rotunda nicht von selbst anbindet. `rotunda bind --codex-home` mit diesem Ordner tut es, denn beide Seiten teilen sich die Ports; oder installieren Sie Rotunda unter Windows, mit einem anderen Port in den Einstellungen.
check-wsl-windows-apart = Codex unter Windows hat eine eigene config.toml in { $folders }. Einen Router in WSL erreicht es nicht, denn WSL hat ein eigenes Netz. Installieren Sie dafür Rotunda unter Windows.
check-wsl-linux-shared = Ein Codex in WSL ({ $names }) hat eine eigene config.toml, die dieses Rotunda nicht von selbst anbindet. `rotunda bind --codex-home` mit seinem Ordner, etwa \\wsl.localhost\Ubuntu\home\you\.codex, tut es, denn beide Seiten teilen sich die Ports; oder installieren Sie Rotunda in WSL, mit einem anderen Port in den Einstellungen.
check-wsl-linux-apart = Ein Codex in WSL ({ $names }) hat eine eigene config.toml. Es erreicht diesen Router nicht, denn WSL hat ein eigenes Netz. Installieren Sie dafür Rotunda in WSL.
check-tray-always = Dieses System zeigt Tray-Symbole immer an.
check-tray-no-session = Hier gibt es keinen Sitzungsbus und daher keinen Tray; der Router braucht keinen.
check-tray-there = Dieser Desktop zeigt Tray-Symbole an.
check-tray-missing = Auf diesem Desktop zeigt nichts Tray-Symbole an.
check-tray-hangs = Das Programm, das Tray-Symbole anzeigt, antwortet nicht.
check-tray-silent = Der Sitzungsbus antwortet nicht, daher ist nicht bekannt, ob es einen Tray gibt.

## What Codex itself is signed in with.

auth-kind = { $kind ->
    [chat_gpt] einem ChatGPT-Konto
    [api_key] einem API-Schlüssel
    [agent_identity] einer Agent-Identität
    [personal_access_token] einem persönlichen Zugriffstoken
    [bedrock] Amazon Bedrock
    [host_tokens] Token des Programms, das es gestartet hat
    [workload_identity] einer Workload-Identität
   *[access_token] einem Zugriffstoken
  }
auth-kind-other = einer Anmeldung der Art { $name }

## Check: what to do.

fix-name-path = Legen Sie `codex` in den PATH, oder setzen Sie { $variable } auf seinen Ort.
fix-install-codex = Installieren Sie Codex neu.
fix-install-app = Installieren Sie die Desktop-App neu.
fix-except-loopback = Setzen Sie NO_PROXY=127.0.0.1,localhost dort, wo Codex startet.
fix-name-authorities = Berichtigen Sie die Variable dort, wo Rotunda und Codex starten, und starten Sie Rotunda neu.
fix-switch = `rotunda bind --switch` wechselt zum eingebauten Anbieter, bis Sie die Anbindung lösen.
fix-bind = `rotunda bind` bindet es hier an.
fix-bind-afresh = `rotunda bind` bringt die Zeile auf den neuesten Stand.
fix-bind-or-unbind = `rotunda bind` bindet es hier an; `rotunda unbind` stellt wieder her, was jetzt dort steht.
fix-correct-file = Korrigieren Sie die Datei. Rotunda ändert sie nicht, solange sie fehlerhaft ist.
fix-start = Starten Sie die App oder `rotunda serve`.
fix-start-or-unbind = Starten Sie die App oder `rotunda serve`, oder führen Sie `rotunda unbind` aus.
fix-restart-and-see = Starten Sie Rotunda neu; `rotunda activity` und das Protokoll sagen mehr.
fix-restart-for-port = Vielleicht nutzt ein anderes Programm Port { $port }: Starten Sie Rotunda neu.
fix-restart = Starten Sie Rotunda neu.
fix-ask-codex = `codex doctor` sagt mehr; meist ist ein Proxy oder eine geänderte config.toml die Ursache.
fix-take-out = Entfernen Sie die Zeile, oder lassen Sie sie bewusst stehen.
fix-sign-in-in-app = Wenn die App zeigt, dass sie abgemeldet ist, melden Sie sich dort neu an.
fix-sign-in-codex = Melden Sie sich mit `codex login` neu an.
fix-network = Prüfen Sie das Netzwerk dieses Computers und den Proxy in Rotundas Einstellungen.
fix-set-clock = Stellen Sie die Uhr, oder lassen Sie sie vom System stellen.
fix-add-profile = `rotunda login` fügt eines hinzu.
fix-wait = Warten Sie, oder fügen Sie ein Profil hinzu. `rotunda profiles` zeigt, wann jedes zurück ist.
fix-see-profiles = `rotunda profiles` nennt den Grund: Melden Sie eines neu an, oder setzen Sie eines fort.
fix-take-back = `rotunda import` listet sie auf und holt sie zurück.
fix-own-account-out = `codex exec` ist nicht betroffen. Für die Terminaloberfläche melden Sie Codex selbst mit einem Konto an, das noch Kontingent hat (`codex login`), oder warten Sie auf den Reset.
fix-second-line-dead = Solange die Zeile steht und der Router nicht läuft, startet die Terminaloberfläche von Codex nicht: Starten Sie Rotunda, oder führen Sie `rotunda unbind` aus.
fix-second-line-foreign = Nehmen Sie Ihr chatgpt_base_url aus config.toml, um die zweite Zeile zu bekommen, oder schalten Sie sie mit `rotunda bind --second-line off` aus.
fix-report-defect = Bitte melden Sie ihn mit der Datei von `rotunda doctor --bundle FILE`.
fix-sign-in-each = `rotunda profiles` nennt sie; führen Sie für jedes `rotunda login --profile NAME` aus.
fix-sign-in-to = Melden Sie sich mit `rotunda login --profile { $profile }` neu an.
fix-new-key = Der API-Schlüssel wurde abgelehnt: `rotunda remove { $profile }`, dann `rotunda add-key --name { $profile }` mit einem neuen.
fix-settings-first = Korrigieren Sie zuerst die Einstellungen.
fix-unlock = Entsperren Sie ihn, und versuchen Sie es erneut.
fix-unlock-keychain = Entsperren Sie den Schlüsselbund, und versuchen Sie es erneut.
fix-sign-in-again = Melden Sie sich mit `rotunda login --profile NAME` neu an; die Namen stehen in `rotunda profiles`.
fix-move-to-keychain = Wo es einen Schlüsselbund gibt, führen Sie `rotunda vault move keychain` aus.
fix-do-one = Tun Sie eines davon, und versuchen Sie es erneut.
fix-allow = Erlauben Sie Rotunda seine eigenen Einträge, und versuchen Sie es erneut.
fix-correct-line = Korrigieren Sie diese Zeile.
fix-correct-setting = Korrigieren oder entfernen Sie es in settings.toml.
fix-make-room = Schaffen Sie Platz, oder geben Sie den Ordner an Ihren Benutzer zurück.
fix-login-again = Schalten Sie den Start bei der Anmeldung in den Einstellungen des Fensters aus und wieder ein.
fix-app-indicator = Fügen Sie unter GNOME die Erweiterung AppIndicator hinzu, oder starten Sie Rotunda noch einmal, um sein Fenster zu öffnen.
fix-sign-out = Melden Sie sich vom Desktop ab und wieder an.

## The tray menu, its tooltip, the settings' notes and the question before quitting.

menu-tip = Rotunda: { $headline }
menu-tip-serving = Rotunda: { $profile } { $summary }. { $others } weitere bereit.
menu-show-all = Alle { $count } Profile zeigen…
menu-next = Zum nächsten Profil wechseln
menu-no-next = Kein anderes Profil ist bereit
menu-stay = Bei { $profile } bleiben
menu-bind = Codex anbinden
menu-bind-again = Codex neu anbinden
menu-unbind = Codex lösen
menu-unreadable = config.toml ist nicht lesbar…
menu-add = Profil hinzufügen…
menu-settings = Einstellungen…
menu-get-web-view = WebView2 für das Fenster installieren…
menu-update = Rotunda { $version } ist da…
menu-quit = Rotunda beenden
settings-port-later = Port { $next } gilt ab dem nächsten Start von Rotunda; bis dahin bleibt es { $now }.
settings-proxy-later = Der Proxy gilt ab dem nächsten Start von Rotunda.
quit-title = Rotunda beenden?
quit-text = Codex kehrt zu seiner eigenen Anmeldung zurück. Jetzt offene Chats brauchen einen Neustart von Codex.
quit-yes = Beenden und lösen
quit-no = Abbrechen

## Why the app does not do what its window or its menu asks.

refusal-unknown = Rotunda kann { $command } so nicht ausführen. Nichts wurde geändert.
refusal-no-profile = Dieses Profil gibt es nicht. Nichts wurde geändert.
refusal-no-place = Anmeldungen liegen im Schlüsselbund oder in einer Datei. Nichts wurde verschoben.
refusal-login-switch = Der Start bei der Anmeldung ist ein oder aus. Nichts wurde geändert.
refusal-login-kept = Der Start bei der Anmeldung wurde nicht geändert: { $error }.
refusal-settings = Nichts wurde geändert: { $error }.
refusal-answer = Die Antwort kann nicht angezeigt werden: { $error }.

## Notifications.

notice-moved-to = Codex ist zu { $profile } gewechselt
notice-moved-often = Codex hat in 10 Minuten { $times }-mal gewechselt
notice-moved-body = { $from } hat sein { $limit ->
    [five_hours] 5-Stunden-Limit
    [week] Wochenlimit
   *[other] Limit
  } bis { $until } verbraucht. { $state }.
notice-has = { $profile }: { $left }
notice-is-ready = { $profile } ist bereit
notice-chosen = Sie haben { $profile } gewählt
notice-chosen-body = Neue Chats nutzen es, und danach wird wie gewohnt gewechselt. Um es zu behalten, wählen Sie „Bei { $profile } bleiben“.
notice-moved-often-body = Jetzt: { $state }.
notice-last-until = Nur { $profile } hat noch Kontingent: { $share } bis { $until }.
notice-last-left = Nur { $profile } hat noch Kontingent: { $left }.
notice-last-ready = Nur { $profile } ist bereit.
notice-out-waits = Codex arbeitet { $at } von selbst weiter.
notice-out-body = Codex kann { $at } weiterarbeiten, wenn { $profile } zurückgesetzt wird.
notice-back-left = { $profile } wurde zurückgesetzt: { $left }.
notice-back = { $profile } ist bereit.
notice-sign-in-title = Bei { $profile } neu anmelden
notice-sign-in-others = { $reason } Codex arbeitet mit { $others ->
    [one] einem anderen Profil
   *[other] { $others } anderen Profilen
  } weiter.
notice-low = { $share } über alle Profile übrig
notice-low-out-at = Bei diesem Tempo sind alle Profile etwa bis { $until } verbraucht.
notice-low-resets = Der nächste Reset ist { $at }.
notice-last-title = Letztes Profil in Gebrauch
notice-out-title = Alle Profile sind verbraucht
notice-back-title = Codex kann weiterarbeiten
notice-unbound-title = Codex nutzt Rotunda nicht
notice-unbound-body = Ein anderes Programm hat config.toml geändert.
notice-port-title = Rotunda kann seinen Router nicht starten
notice-test-title = Mitteilungen funktionieren
notice-test-body = Rotunda meldet hier, wenn Codex wechselt, anhält oder Sie braucht.
notice-window-broke = Rotundas Fenster hat sich unerwartet geschlossen
notice-window-missing = Rotundas Fenster hat sich nicht geöffnet
notice-window-body = Codex arbeitet weiter. Öffnen Sie das Fenster erneut über den Tray.
notice-web-view-missing = WebView2 ist nicht installiert. Installieren Sie es von { $page } und öffnen Sie das Fenster dann erneut. Codex arbeitet weiter.
notice-sign-in = Anmelden
notice-bind = Neu anbinden
notice-no-tray = Dieser Desktop hat keinen Tray, daher öffnet Rotunda sein Fenster. Das Schließen des Fensters löst Codex und beendet Rotunda. GNOME hat mit der Erweiterung AppIndicator einen Tray.

## Activity: profiles and requests.

activity-removed-profile = Ein entferntes Profil

## Follows a profile's name.

activity-cause = { $cause ->
    [five_hours] hat sein 5-Stunden-Limit verbraucht
    [week] hat sein Wochenlimit verbraucht
    [credits] hat seinen Tarif verbraucht, und seine Credits dürfen nicht genutzt werden
    [trouble] hatte Probleme bei OpenAI
   *[limit] hat sein Limit verbraucht
  }
activity-rotated = Von { $from } zu { $to } gewechselt: { $from } { activity-cause }.
activity-rotated-until = Von { $from } zu { $to } gewechselt: { $from } { activity-cause } und ist { $at } zurück.
activity-reordered = Von { $from } zu { $to } gewechselt: { $to } steht jetzt in der Reihenfolge vorn. { $from } bleibt bereit.
activity-rested = { $profile } { activity-cause } und ruht bis { $until }.
activity-limit-reached = { $profile } hat sein Limit { $limit } bis { $until } verbraucht. Die anderen Modelle bleiben verfügbar.
activity-limit-reset = { $profile } hat wieder Kontingent für sein Limit { $limit }.
activity-recovered = { $profile } ist wieder bereit.
activity-chain-lost = OpenAI kannte eine Unterhaltung nicht mehr, daher wurde Codex angewiesen, sie vollständig neu zu senden. Nichts ist verloren.
activity-chain-lost-of = OpenAI kannte eine Unterhaltung mit { $profile } nicht mehr, daher wurde Codex angewiesen, sie vollständig neu zu senden. Nichts ist verloren.
activity-credits-spent = Credits von { $profile } werden ausgegeben, { credits-cause }.
activity-credits-spent-of = Credits von { $profile } werden ausgegeben, { credits-cause }. Guthaben: { $balance }.
activity-allowed-credits = Ihre Einstellung für Credits von { $profile }: { $consent ->
    [when_all_out] nutzen, wenn alle Tarife verbraucht sind
    [always] über den Tarif hinaus nutzen
   *[never] nicht nutzen
  }.
activity-credits-as-all = Für Credits von { $profile } gilt wieder die Einstellung für alle Profile.
credits-cause = { $cause ->
    [all_out] weil Sie das erlaubt haben, wenn alle Tarife verbraucht sind
    [always] weil Sie das über den Tarif hinaus erlaubt haben
   *[not_by_consent] obwohl keine Anfrage damit bezahlt werden sollte: durch eine Anfrage, die noch im Tarif begann, oder durch ein anderes Programm
  }
credits-unlimited = Credits ohne Grenze
credits-consent = { $consent ->
    [when_all_out] genutzt, wenn alle Tarife verbraucht sind
    [always] über den Tarif hinaus genutzt
   *[never] nicht genutzt
  }
credits-idle = { $balance } Credits, { credits-consent }
credits-idle-unknown = Credits, { credits-consent }
credits-spending-of = Credits werden ausgegeben: { $spent } von { $before } seit { $at }, { credits-cause }
credits-spending = Credits werden ausgegeben seit { $at }, { credits-cause }
headline-spending-credits = Credits von { $profile } werden ausgegeben
notice-credits = Credits von { $profile } werden ausgegeben
activity-exhausted-until = Alle Profile sind verbraucht. Codex kann { $at } weiterarbeiten.
activity-exhausted = Kein Profil kann Codex bedienen, und keines kommt von selbst zurück: Melden Sie eines neu an, oder setzen Sie eines fort.
activity-rule-exhausted-until = Nur { $profiles } darf ein Projekt nach dessen Regel bedienen, und alles davon ist verbraucht. Codex kann dort { $at } weiterarbeiten; etwas anderes wird dort nicht verwendet.
activity-rule-exhausted = Nur { $profiles } darf ein Projekt nach dessen Regel bedienen, und keines davon kann es: Melden Sie eines neu an, oder setzen Sie eines fort. Etwas anderes wird dort nicht verwendet.
activity-waiting = Alle Profile sind verbraucht, daher wartet eine Anfrage und geht { $at } weiter.
activity-failed = Eine Anfrage schlug nach { $attempts ->
    [one] einem Versuch
   *[other] { $attempts } Versuchen
  } fehl: Codex erhielt { $status } und fragt von selbst erneut.
activity-failed-of = Eine Anfrage mit { $profile } schlug nach { $attempts ->
    [one] einem Versuch
   *[other] { $attempts } Versuchen
  } fehl: Codex erhielt { $status } und fragt von selbst erneut.
activity-not-asked = Eine Anfrage wurde an kein Profil gesendet: { $reason ->
    [resting] Jedes Profil ruht nach Problemen bei OpenAI
   *[busy] Kein Profil hatte einen freien Platz dafür
  }. Codex erhielt { $status } und fragt von selbst erneut.

## Activity: sign-ins.

activity-refreshed = Die Anmeldung von { $profile } wurde erneuert, da sie bald ablief.
activity-adopted = Die von Codex erneuerte Anmeldung von { $profile } wurde übernommen: Beide teilen sich eine.
activity-handed-over = Codex erhielt die erneuerte Anmeldung von { $profile }, da sich beide eine teilen.
activity-not-saved = Die erneuerte Anmeldung von { $profile } ist noch nicht gespeichert: { $error }. Sie wird verwendet, und Rotunda versucht erneut, sie zu speichern.
activity-saved = Die erneuerte Anmeldung von { $profile } ist jetzt gespeichert.
activity-renewal-refused = Der Anmeldedienst von OpenAI beantwortete eine Erneuerung von { $profile } mit { $answer ->
    [not_json] etwas, das keine Anmeldung ist
    [too_large] mehr, als eine Anmeldung enthält
    [truncated] nur einem Teil einer Anmeldung
    [error_object] einem Fehler, den er als Erfolg bezeichnete
    [no_access_token] keinem Zugriffstoken
    [malformed_access_token] einem ungültigen Zugriffstoken
    [malformed_refresh_token] einem ungültigen Aktualisierungstoken
    [another_account] der Anmeldung eines anderen Kontos
    [already_ended] einer bereits abgelaufenen Anmeldung
   *[other] etwas Unbrauchbarem
  }. Die bisherige Anmeldung bleibt, und Rotunda fragt später erneut.
activity-needs-sign-in = { $profile } braucht eine neue Anmeldung: { $code ->
    [refresh_token_expired] Die Anmeldung ist abgelaufen
    [refresh_token_reused] Ein anderes Programm hat dieselbe Anmeldung erneuert und damit diese beendet
    [refresh_token_invalidated] Die Anmeldung wurde widerrufen
   *[other] OpenAI hat sie zweimal abgelehnt
  }. Bis dahin wird es ausgelassen.
activity-not-entitled = { $profile } wird ausgelassen: Laut OpenAI enthält der Tarif Codex nicht.
activity-interrupted = Rotunda wurde angehalten, während es die Anmeldung von { $profile } erneuerte. Falls OpenAI sie künftig ablehnt, führen Sie `rotunda login --profile { $profile }` aus.

## Activity: what the user chose.

activity-chosen = Sie haben { $profile } gewählt: Neue Unterhaltungen nutzen es.
activity-pinned = Sie bleiben bei { $profile }: Es wird nicht gewechselt, bis Sie das aufheben.
activity-unpinned = Sie lassen Rotunda wieder wechseln.
activity-paused = Sie haben { $profile } angehalten: Es wird nicht genutzt, bis Sie es fortsetzen.
activity-resumed = Sie haben { $profile } fortgesetzt.
activity-reserved = Sie halten { $percent }% von { $profile } in Reserve.
activity-reserved-as-all = { $profile } hält dieselbe Reserve wie alle Profile.
activity-wait-ended = Sie haben die Anfragen beendet, die auf einen Reset warteten.
activity-added = { $profile } hinzugefügt.
activity-signed-in = { $profile } hat eine neue Anmeldung und ist bereit.
activity-removed = { $profile } entfernt: Die Anmeldung wurde gelöscht.
activity-signed-out = { $profile } wurde hier abgemeldet.
activity-renamed = Sie haben { $from } in { $to } umbenannt.
activity-vault-moved = { $count ->
    [one] { $count } Anmeldung
   *[other] { $count } Anmeldungen
  } in { $place ->
    [keychain] den Schlüsselbund
   *[file] eine private Datei
  } verschoben.

## Activity: Codex's config.toml, changed by Rotunda.

activity-bound = Sie haben Codex angebunden: Eine Zeile seiner config.toml zeigt hierher.
activity-bound-new-key = Sie haben Codex mit einem neuen Schlüssel angebunden: Eine Zeile seiner config.toml zeigt hierher.
activity-unbound = Sie haben Codex gelöst: config.toml ist wie vorher.
activity-unbound-at-end = Codex wurde gelöst, weil Rotunda endete: config.toml ist wie vorher.
activity-unbound-unmendable = Codex wurde gelöst, damit es weiterarbeitet: Die Zeile zeigte auf einen früheren Start von Rotunda und war nicht zu reparieren.
activity-unbound-elsewhere = Codex in { $folder } wurde gelöst: Rotunda wurde für einen anderen Ordner von Codex gestartet.
activity-still-bound-elsewhere = Codex in { $folder } ist noch angebunden und konnte nicht gelöst werden: { $error }.
activity-left-as-is = Sie haben config.toml belassen: Codex ist nicht angebunden.
activity-restored = Sie haben config.toml auf den Stand vor der Anbindung zurückgesetzt.
activity-restored-kept = { activity-restored } Das Ersetzte ist als { $kept } aufbewahrt.
activity-healed = Codex zeigte noch auf einen früheren Start von Rotunda: Die Zeile wurde aktualisiert.
activity-save-kept = config.toml wurde gespeichert, als Rotunda beendet wurde: Dieser Text ist als { $copy } aufbewahrt.
activity-second-line-written = Eine zweite Zeile, chatgpt_base_url, in config.toml geschrieben: Das Kontingent von Codex' eigenem Konto ist verbraucht, und die Terminaloberfläche von Codex liest jetzt, was die Profile zusammen übrig haben.
activity-second-line-taken-out = Die zweite Zeile aus config.toml genommen: { $reason ->
    [off] Sie haben sie ausgeschaltet
    [not-bound] Codex ist nicht mehr gebunden
    [not-serving] Der Router antwortete nicht
    [own-unknown] Codex' eigenes Konto ist kein Profil mehr
    [own-served] Codex' eigenes Konto hat wieder Kontingent
    [no-other] Kein anderes Profil ist bereit
    [left-over] Ein früherer Start von Rotunda hatte sie hinterlassen
   *[ended] Rotunda wurde beendet
}.

## Activity: Codex's config.toml, changed by other programs.

activity-other-serves = Codex zeigt auf ein anderes laufendes Rotunda an Port { $port } und wurde dort belassen. Binden Sie Codex an, damit es hierher kommt.
activity-points-elsewhere = Ein anderes Programm hat config.toml geändert. Codex zeigt auf { $url }. Binden Sie neu an, oder lassen Sie es so.
activity-points-elsewhere-held = { activity-points-elsewhere } Dort lauscht { $holder }.
activity-line-taken-out = Ein anderes Programm hat Rotundas Zeile aus config.toml entfernt: Codex nutzt seine eigene Anmeldung. Binden Sie neu an, oder lassen Sie es so.
activity-made-unreadable = Ein anderes Programm hat config.toml geändert, und sie ist nicht lesbar. { $error }. Rotunda ändert sie nicht, bis sie repariert ist.
activity-made-unreadable-line = Ein anderes Programm hat config.toml geändert, und sie ist nicht lesbar. Zeile { $line }: { $error }. Rotunda ändert sie nicht, bis sie repariert ist.
activity-other-provider = Ein anderes Programm hat in config.toml den Anbieter „{ $provider }“ eingetragen: Codex kommt nicht hierher. Binden Sie neu an und wechseln Sie, oder lassen Sie es so.

## Activity: the router and the place of the sign-ins.

activity-vault-unreadable = Keine Anmeldung ist lesbar: { $error }. Codex arbeitet weiter, sobald das behoben ist.
activity-vault-readable = Die Anmeldungen sind wieder lesbar.
activity-port-taken = Port { $port } wird von { $holder } benutzt. Beenden Sie dieses Programm, oder setzen Sie einen anderen Port in settings.toml.
activity-port-taken-unbound = Port { $port } wird von { $holder } benutzt. Codex wurde gelöst, damit es weiterarbeitet. Beenden Sie dieses Programm, oder setzen Sie einen anderen Port in settings.toml.
port-holder-unknown = einem anderen Programm
port-holder-of-user = { $program } des Benutzers { $user }
port-holder-unknown-of-user = einem Programm des Benutzers { $user }
activity-store-set-aside = Rotundas Datenbank war beschädigt. Sie ist als { $file } aufbewahrt, und eine neue wurde mit den { $profiles } lesbaren Profilen begonnen. `rotunda import` listet Anmeldungen ohne Profil auf.
activity-settings-unreadable = Die Einstellungen bleiben, wie sie waren, da die Datei nicht verwendbar ist: { $error }

## Why something that was asked for was not done.

error-no-profile-of-name = Es gibt kein Profil namens „{ $profile }“. `rotunda profiles` listet sie auf.
error-gone = Dieses Profil gibt es nicht mehr.
error-import = Nichts wurde importiert: { $error }.
error-import-encrypted = Nichts wurde importiert: Codex hält seine Anmeldung in der verschlüsselten Datei { $file }, die nur Codex öffnet. Melden Sie sich mit `rotunda login` an; die eigene Anmeldung von Codex bleibt dabei unverändert.
error-import-spent = Nichts wurde importiert: OpenAI hat das Aktualisierungstoken abgelehnt. Melden Sie sich mit `rotunda login` an.
error-import-not-renewed = Nichts wurde importiert: Der Anmeldedienst von OpenAI antwortete nicht. Versuchen Sie es später erneut, oder melden Sie sich mit `rotunda login` an.
error-import-several = Nichts wurde importiert: Dort liegen { $count } Anmeldungen. Lassen Sie den Namen weg, um alle zu importieren, oder geben Sie den Pfad einer davon an.
error-import-none = Nichts wurde importiert: { $errors }
error-nothing-to-export = Es wurde keine Anmeldung geschrieben, weil kein Profil eine hat.
error-no-tray = Es wurde nichts angezeigt: Benachrichtigungen zeigt nur die App im Infobereich, und sie läuft nicht.
error-short-passphrase = Es wurde keine Anmeldung geschrieben. Ein Passwort hat mindestens { $count } Zeichen.
error-renewed-meanwhile = { $profile } bekam neuere Tokens, während die Datei geschrieben wurde, und bleibt daher hier. Löschen Sie die Datei, und exportieren Sie erneut.
error-sealed = Aus { $path } wurde keine Anmeldung übernommen: { $reason }.
error-import-older = Nichts wurde importiert: { $profile } hat bereits eine neuere Anmeldung.
error-nothing-changed = Nichts wurde geändert: { $error }.
error-none-to-stay-on = Kein Profil ist bereit, bei dem Sie bleiben könnten. Melden Sie zuerst eines an.
error-no-other-profile = Kein anderes Profil ist bereit, daher bleibt Codex, wo es ist.
error-reserve = Eine Reserve ist ein Anteil von 0 bis 50 Prozent. Nichts wurde geändert.
error-no-sign-in = Keine Anmeldung wartet darauf. Beginnen Sie zuerst eine.
error-no-browser = Der Browser konnte nicht geöffnet werden. Öffnen Sie die Adresse selbst.
error-other-account = Das war ein anderes Konto als das von { $profile }, daher wurde nichts geändert. Melden Sie sich mit dem Konto von { $profile } an, oder fügen Sie dieses als eigenes Profil hinzu.
error-account-of = Das war das Konto von { $other }, daher wurde nichts geändert. Melden Sie sich mit dem Konto von { $profile } an.
error-no-key = Das ist kein API-Schlüssel: Ein Schlüssel ist eine Zeile ohne Leerzeichen. Nichts wurde hinzugefügt.
error-known-key = Dieser Schlüssel ist bereits vorhanden, als { $profile }. Nichts wurde hinzugefügt.
error-key-refused = OpenAI hat diesen Schlüssel abgelehnt. Prüfen Sie ihn auf der Seite, auf der er erstellt wurde; nichts wurde hinzugefügt.
error-key-untried = Der Schlüssel konnte nicht geprüft werden, da die API von OpenAI nicht antwortet. Versuchen Sie es später erneut; nichts wurde hinzugefügt.
error-provider-address = Das ist keine Adresse eines Anbieters. Eine sieht so aus: https://api.example.com/v1; nichts wurde hinzugefügt.
error-provider-plain = Die Adresse muss mit https:// beginnen oder zu diesem Computer führen, weil der Schlüssel sonst unverschlüsselt über das Netz ginge. Nichts wurde hinzugefügt.
error-provider-extra = Die Adresse darf keinen Benutzernamen, kein Passwort, keine Abfrage und kein Fragment enthalten. Nichts wurde hinzugefügt.
error-provider-refused = { $address } nimmt diesen Schlüssel nicht an. Prüfen Sie ihn und versuchen Sie es erneut; nichts wurde hinzugefügt.
error-provider-untried = Der Schlüssel konnte nicht geprüft werden, da { $address } nicht wie ein Anbieter antwortet. Prüfen Sie die Adresse und versuchen Sie es erneut; nichts wurde hinzugefügt.
error-provider-models = Der Anbieter nennt keine eigenen Modelle. Nennen Sie sie mit `--models A,B`; nichts wurde hinzugefügt.
error-provider-plan-models = Auch Tarife haben { $models }. Nennen Sie ein Modell mit `--fallback`, damit der Anbieter es übernimmt, wenn alle Tarife verbraucht sind; nichts wurde hinzugefügt.
error-own-models-only = { $profile } bedient nur eigene Modelle, gleich welches Profil gewählt ist. Wählen Sie eines in Codex: { $models }.
error-vault-fixed = ROTUNDA_VAULT legt fest, wo Anmeldungen liegen. Entfernen Sie die Variable, starten Sie Rotunda neu, und verschieben Sie sie dann.
error-settings-file = Die Datei mit den Einstellungen wurde nicht angetastet: { $error }.
error-no-export = Das ist keine Datei von `rotunda export`. Nichts wurde geändert.
error-no-place = Anmeldungen liegen in `keychain` oder in `file`. Nichts wurde verschoben.
error-vault-there = Die Anmeldungen sind bereits { $place ->
    [keychain] im Schlüsselbund
   *[file] in einer privaten Datei
  }.
error-vault-copy = Eine kopierte Anmeldung war nicht lesbar, daher bleibt alles, wo es war.
error-vault-left = Die Anmeldungen wurden verschoben, aber die alten Kopien konnten nicht gelöscht werden: { $error }. Der nächste Start versucht es erneut.
error-not-running = Codex wurde nicht angebunden, da der Router nicht läuft und Codex auf ihn warten würde. Starten Sie zuerst Rotunda oder `rotunda serve`.
error-no-codex-there = Codex wurde nicht angebunden, denn in { $folder } gibt es weder config.toml noch auth.json.
error-other-side-apart = Das Codex in { $folder } wurde nicht angebunden, denn es erreicht diesen Router nicht: WSL hat ein eigenes Netz. Setzen Sie `networkingMode=mirrored` unter `[wsl2]` in der .wslconfig Ihres Windows-Benutzerordners, oder installieren Sie Rotunda auf jener Seite.
error-not-other-side = Codex wurde nicht angebunden, denn { $folder } liegt nicht auf der anderen Seite von WSL. Setzen Sie für einen anderen Codex-Ordner dieses Systems CODEX_HOME.
error-overridden = Codex wurde nicht angebunden. { $finding }
error-other-provider = Codex wurde nicht angebunden, da es den Anbieter „{ $provider }“ aus seiner config.toml nutzt und nicht hierher käme. `rotunda bind --switch` wechselt auch zum eingebauten, bis Sie die Anbindung lösen.
error-no-answer = Codex wurde nicht angebunden, da der Router nicht antwortet: { $error }. Starten Sie Rotunda neu.
error-wrong-answer = Codex wurde nicht angebunden, da der Router sich selbst mit { $status } antwortete. Starten Sie Rotunda neu.
error-bind = Die config.toml von Codex wurde nicht geändert: { $error }.
error-not-opened = { $path } konnte nicht geöffnet werden: { $error }. Öffnen Sie es selbst.
error-no-router = Der Router läuft nicht. Starten Sie die App oder `rotunda serve`, und versuchen Sie es erneut.
error-no-profile-yet = Es gibt noch kein Profil. `rotunda login` fügt eines hinzu.
error-test-turns-waiting = Es warten bereits { $count } Testrunden. Warten Sie das Ende einer ab, oder brechen Sie eine ab, und versuchen Sie es erneut.
error-recording-already = Der Verkehr wird bereits aufgezeichnet. Beenden Sie diese Aufzeichnung, und versuchen Sie es erneut.
error-no-port = Für diesen Befehl konnte kein Port geöffnet werden: { $error }. Versuchen Sie es erneut.
error-quota-needs-router = Das Kontingent liest ein laufendes Rotunda. Starten Sie die App oder `rotunda serve`, und versuchen Sie es erneut.
error-quota-unread = OpenAI hat nicht mitgeteilt, was von { $profiles } übrig ist. Versuchen Sie es in einer Minute erneut, oder sehen Sie in `rotunda activity` nach.
error-key = Der Schlüssel, den Codex nutzt, ist nicht verfügbar: { $error }.

## Why a profile's name cannot be used.

name-empty = Ein Profil braucht einen Namen; geben Sie 1 bis 40 sichtbare Zeichen ein.
name-long = Dieser Name ist zu lang; geben Sie 1 bis 40 sichtbare Zeichen ein.
name-invisible = Dieser Name enthält unsichtbare Zeichen; verwenden Sie sichtbare.
name-taken = Ein anderes Profil hat diesen Namen; wählen Sie einen anderen.

## Why a file was not written.

output-taken = { $path } ist bereits vorhanden, daher wurde nichts geschrieben. Wählen Sie einen anderen Namen.
output-taken-free = { $path } ist bereits vorhanden, daher wurde nichts geschrieben. Wählen Sie einen anderen Namen, zum Beispiel { $free }.
output-no-folder = { $folder } ist kein Ordner, daher wurde nichts geschrieben. Wählen Sie einen anderen Ort.
output-file = Nichts wurde geschrieben: { $error }. Wählen Sie einen anderen Ort.

## Why the keychain did not give or take something: a clause without a full stop.

vault-error-missing = der Schlüsselbund enthält keine Anmeldung für dieses Profil
vault-error-locked = der Schlüsselbund ist gesperrt; entsperren Sie ihn, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an
vault-error-dismissed = der Schlüsselbund ist gesperrt, und seine Passwortabfrage wurde geschlossen; entsperren Sie ihn, führen Sie `rotunda quota --refresh` aus, um erneut gefragt zu werden, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an
vault-error-denied = der Schlüsselbund hat den Zugriff verweigert
vault-error-not-answering = der Schlüsselbund antwortet nicht; starten Sie das Programm neu, das ihn bereitstellt, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an
vault-error-no-collection = der Schlüsselbund hat keinen Standardschlüsselring; legen Sie einen an und machen Sie ihn zum Standard, oder setzen Sie `vault = "file"` in settings.toml und melden Sie sich neu an
vault-error-cannot-save = der Schlüsselbund kann nicht speichern ({ $reason }); machen Sie ihn beschreibbar, oder führen Sie `rotunda vault move file` aus, um die Anmeldungen in einer privaten Datei zu halten
vault-error-unavailable = kein Schlüsselbund ist verfügbar: { $reason }
vault-error-damaged = der Eintrag im Schlüsselbund ist nicht lesbar: { $reason }

## Why a sign-in could not be imported: a clause without a full stop.

import-no-sign-in = in { $folder } liegt keine Anmeldung: Codex ist dort abgemeldet
import-not-ours = das ist keine auth.json von Codex: { $reason }
import-unsupported = diese auth.json enthält eine Anmeldung der Art { $kind }, die Rotunda nicht verwenden kann
import-encrypted = Codex hält seine Anmeldung in der verschlüsselten Datei { $file }, die nur Codex öffnet
import-unread = sie liegt im Schlüsselbund, der noch nicht gefragt wurde
import-keychain = Codex hält seine Anmeldung im Schlüsselbund, und { $error }

## Why config.toml was not changed: a clause without a full stop.

bind-refused = { $path }, { $reason }; korrigieren Sie diese Zeile, und versuchen Sie es erneut
bind-busy = ein anderes Rotunda ändert gerade die Anbindung; versuchen Sie es gleich erneut
bind-restless = { $path } ändert sich ständig; schließen Sie das Programm, das sie schreibt, und versuchen Sie es erneut
bind-read-only = { $path } ist schreibgeschützt; erlauben Sie das Schreiben, oder fügen Sie die Zeile, die `rotunda bind --print` ausgibt, in die Quelle ein, aus der ein Werkzeug sie erzeugt
bind-no-backup = es gibt keine Sicherung von { $path } zum Wiederherstellen

## Why there is no sign-in.

login-denied = Die Anmeldung wurde auf der Seite von OpenAI nicht erlaubt. Beginnen Sie sie bei Bedarf neu.
login-page = Die Seite von OpenAI hat die Anmeldung beendet ({ $code }). Beginnen Sie sie neu.
login-timed-out = Es kam rechtzeitig keine Antwort, daher endete die Anmeldung. Beginnen Sie sie neu.
login-state-mismatch = Diese Antwort gehört zu einer anderen Anmeldung. Verwenden Sie die Seite, die Rotunda zuletzt geöffnet hat, oder beginnen Sie neu.
login-not-an-address = Das ist nicht die Adresse, auf der die Anmeldung endete. Kopieren Sie sie ganz: Sie beginnt mit http://127.0.0.1 und enthält einen Code.
login-port-taken = Die Anmeldung braucht Port 1455 oder 1457, und andere Programme belegen beide, vielleicht eine andere Anmeldung von Codex. Beenden Sie sie, oder verwenden Sie stattdessen einen Code (`rotunda login --device`).
login-listen = Es konnte kein Port geöffnet werden, zu dem der Browser zurückkehrt: { $error }. Verwenden Sie stattdessen einen Code.
login-bad-code = OpenAI hat die Antwort nicht angenommen: Sie wurde schon verwendet oder ist zu alt. Beginnen Sie die Anmeldung neu.
login-code-expired = Der Code ist nicht mehr gültig. Beginnen Sie die Anmeldung neu, um einen neuen zu erhalten.
login-no-codes = OpenAI bietet für diese Anmeldung keine Codes an. Verwenden Sie stattdessen den Browser.
login-trouble = Der Anmeldedienst von OpenAI hat Probleme ({ $status }). Versuchen Sie es in einigen Minuten erneut.
login-unreachable = Der Anmeldedienst von OpenAI ist nicht erreichbar. Prüfen Sie die Verbindung, und versuchen Sie es erneut.
login-strange = Der Anmeldedienst von OpenAI antwortete mit etwas Unerwartetem. Versuchen Sie es später erneut.
login-clock-ahead = Die Uhr dieses Computers geht vor: Die neue Anmeldung wäre schon abgelaufen. Stellen Sie die Uhr richtig, und melden Sie sich erneut an.
login-other-workspace = OpenAI hat Sie in einem anderen Arbeitsbereich angemeldet als dem gewählten. Beginnen Sie neu, und wählen Sie ihn auch auf der Seite von OpenAI.
login-cancelled = Die Anmeldung wurde abgebrochen.
login-random = Das System liefert keine Zufallszahlen, daher kann keine Anmeldung sicher sein.

## How a test turn ended.

turn-completed = { $profile } funktioniert: Codex hat gefragt und eine Antwort erhalten.
turn-provider-auth-failed = OpenAI nimmt die Anmeldung von { $profile } nicht an. Melden Sie es neu an.
turn-provider-rate-limited = { $profile } hat kein Kontingent mehr oder fragte zu oft. Versuchen Sie es nach dem Reset erneut.
turn-provider-invalid-tool-call = OpenAI hat ein Werkzeug dieses Codex abgelehnt. Aktualisieren Sie Codex, und versuchen Sie es erneut.
turn-provider-compact-unsupported = OpenAI bietet das Kürzen von Unterhaltungen nicht an, das dieses Codex verlangt. Aktualisieren Sie Codex.
turn-provider-stream-disconnected = Die Antwort brach immer wieder ab. Prüfen Sie das Netzwerk, und versuchen Sie es erneut.
turn-provider-http-error = OpenAI antwortete mit einem Fehler. Versuchen Sie es später erneut oder mit einem anderen Modell.
turn-provider-unavailable = OpenAI ist nicht erreichbar oder hat für dieses Modell gerade keinen Platz. Versuchen Sie es später erneut.
turn-backend-response-invalid = Codex hat die Runde ohne Ergebnis beendet. Aktualisieren Sie Codex, und versuchen Sie es erneut.
turn-backend-json-parse-error = Codex hat etwas ausgegeben, das nicht seinem Protokoll entspricht. Aktualisieren Sie Codex, und versuchen Sie es erneut.
turn-backend-timeout = Codex kam zu lange nicht voran und wurde beendet. Versuchen Sie es erneut.
turn-backend-spawn-failed = Codex konnte nicht gestartet werden. Installieren Sie es neu, und versuchen Sie es erneut.
turn-secret-unavailable = Die Anmeldung von { $profile } ist hier nicht lesbar. Melden Sie es neu an.
turn-thread-resume-failed = Codex konnte seine eigene Unterhaltung nicht wieder öffnen. Aktualisieren Sie Codex, und versuchen Sie es erneut.
turn-cancelled = Die Testrunde wurde abgebrochen.
turn-deep-completed = { $profile } funktioniert: Codex hat Antworten erhalten, und die Unterhaltung ging weiter, nachdem sie gekürzt und in einem anderen Codex geöffnet wurde.
turn-sign-in-unread = Die Anmeldung von { $profile } ist hier nicht lesbar: { $error }.
turn-no-folder = { $error }.
turn-not-started = { $program } konnte nicht gestartet werden: { $error }.

## What importing a sign-in would do.

import-label = Eine Anmeldung
import-gone = Sie ist nicht mehr vorhanden. Sehen Sie erneut nach.
import-unusable = { $reason }. Melden Sie sich mit `rotunda login` an.
import-twice = Dieses Konto steht bereits in der Liste.
import-older = { $profile } hat bereits eine neuere Anmeldung.
import-reads-keychain = Der Import liest den Eintrag von Codex im Schlüsselbund, und Ihr System fragt Sie vielleicht vorher. { import-better }.
import-better = Eine eigene Anmeldung ist sicherer (empfohlen){ $audience ->
    [terminal] : `rotunda login`
   *[window] {""}
  }
import-shared-codex = { import-better }; diese gehört Codex selbst, daher erneuern beide sie abwechselnd, und jeder übernimmt das Ergebnis des anderen.
import-shared-unused = { import-better }; { $program } hat diese noch nicht benutzt, daher erneuert der Import sie und meldet { $program } damit ab.
import-shared = { import-better }; { $program } nutzt diese auch, und wer sie zuerst erneuert, meldet den anderen ab.
import-shared-unknown = { import-better }; das Programm, das diese Datei nutzt, nutzt sie auch, und wer sie zuerst erneuert, meldet den anderen ab.
import-disabled = Sie ist in { $program } ausgeschaltet, daher wird sie angehalten importiert; `rotunda resume` nimmt sie in den Wechsel auf.
import-disabled-shared = { import-disabled } { $sharing }

## What is broken beside what was asked for.

found-clause = Außerdem gefunden: { $clause }.
found-sentence = Außerdem gefunden: { $sentence }

## The command line: what a command did.

done-removed = { $profile } entfernt; die Anmeldung ist gelöscht.
done-left-as-is = Codex' Datei bleibt, wie sie ist, und Rotunda meldet sie nicht mehr. `rotunda bind` bindet wieder.
done-test-notification = Die App im Infobereich zeigt jetzt eine Benachrichtigung.
done-signed-out = { $profile } ist hier abgemeldet; Name, Platz in der Reihenfolge und Verlauf bleiben. `rotunda login --profile` meldet es wieder an.
note-own-sign-in-stays = Codex ist mit demselben Konto angemeldet, und diese Anmeldung bleibt.
done-sign-ins-exported = { $count ->
    [one] Die Anmeldung von { $profiles } wurde
   *[other] Die Anmeldungen von { $profiles } wurden
  } mit dem Passwort verschlüsselt in { $path } geschrieben.
note-export-left-out = Ausgelassen, weil abgemeldet: { $profiles }.
note-handed-over = Hier sind sie abgemeldet: Auf dem anderen Rechner übernimmt `rotunda import` sie aus der Datei.
note-not-handed-over = Dieser Rechner muss sie abgeben, bevor der andere sie benutzt: Wer von beiden eine Anmeldung zuerst erneuert, beendet sie beim anderen. Das tut `rotunda logout`, oder gleich `--hand-over`.
note-still-held = Der Rechner, der diese Datei geschrieben hat, hat diese Anmeldungen noch. Führen Sie dort jetzt `rotunda logout` für sie aus: Wer von beiden eine zuerst erneuert, beendet sie beim anderen.
done-renamed = { $from } heißt jetzt { $to }.
done-bound = Codex ist angebunden: Neue Unterhaltungen gehen über Rotunda.
done-bound-other-side = Das Codex in { $folder } ist angebunden: Es läuft über dieses Rotunda, solange dieses läuft. `rotunda unbind --codex-home` mit demselben Ordner macht es rückgängig.
done-quota = Das Kontingent ist aktuell.
done-test-turn-stopping = Die Testrunde wird abgebrochen.
done-unpinned = Rotunda wechselt wieder.
done-exported = { $path } geschrieben; die Datei enthält keine Anmeldung.
done-using = Neue Unterhaltungen nutzen ab jetzt { $profile }.
done-pinned = Codex bleibt bei { $profile }, bis `rotunda unpin`.
done-paused = { $profile } ist angehalten, bis `rotunda resume { $profile }`.
done-resumed = { $profile } ist wieder im Wechsel.
done-resumed-resting = { $profile } ist nicht mehr angehalten. Es ruht und ist { $at } zurück.
done-resumed-no-codex = { $profile } ist nicht mehr angehalten. Laut OpenAI enthält der Tarif Codex nicht; mit der nächsten Anfrage wird es erneut versucht.
done-resumed-needs-sign-in = { $profile } ist nicht mehr angehalten, braucht aber eine neue Anmeldung: `rotunda login --profile { $profile }`.
done-resumed-key = { $profile } ist nicht mehr angehalten. Es wird nur genutzt, solange `use_api_keys` eingeschaltet ist.
done-settings-imported = Die Einstellungen wurden übernommen, auch die von { $count ->
    [one] { $count } vorhandenen Profil
   *[other] { $count } vorhandenen Profilen
  }.
done-added = { $profile } hinzugefügt.
done-updated = { $profile } war bereits vorhanden; es hat jetzt die neue Anmeldung.
done-keys-cost = Die Nutzung wird pro Token berechnet. Er wird nur genutzt, solange `use_api_keys` eingeschaltet ist und alle Tarife verbraucht sind.
done-provider-models = Es bedient { $models }. Wählen Sie eines in Codex, zum Beispiel mit `codex -m { $first }`.
done-provider-fallback = Es bedient auch { $models }, wenn alle Tarife verbraucht sind.
done-provider-left-out = Ausgelassen, weil Tarife sie haben: { $models }.
done-provider-cost = Der Anbieter berechnet die Nutzung, und seine Bedingungen gelten.
done-vault-moved = { $count ->
    [one] { $count } Anmeldung liegt
   *[other] { $count } Anmeldungen liegen
  } jetzt { $place ->
    [keychain] im Schlüsselbund
   *[file] in einer privaten Datei
  }; die alten Kopien sind gelöscht.
done-vault-file = Jedes Programm, das unter Ihrem Benutzer läuft, kann diese Datei lesen.
done-imported-verdict = { $label }: { $verdict ->
    [imported] importiert
   *[not_imported] nicht importiert
  }.
done-imported-verdict-note = { done-imported-verdict } { $note }
done-imported-all = { $imported } von { $all } Anmeldungen importiert.
done-not-bound-yet = Codex ist nicht angebunden und geht daher noch nicht über Rotunda: `rotunda bind`.
done-unbound = Codex ist gelöst und nutzt seine eigene Anmeldung.
done-was-not-bound = Codex war nicht angebunden.
done-restored = config.toml ist wie vor der Anbindung; Codex nutzt seine eigene Anmeldung.
done-restored-already = config.toml war bereits so.
done-restored-kept = Das Ersetzte ist als { $path } aufbewahrt.
done-sign-in-begun = Die Anmeldung hat begonnen.
done-sign-in-continues = Die Anmeldung geht weiter.
done-sign-in-cancelled = Die Anmeldung wurde abgebrochen.
done-stopped-waiting = Anfragen, die auf das Zurücksetzen gewartet haben, haben das Limit als Antwort bekommen.
done-ordered = Die Reihenfolge ist jetzt: { $profiles }.
done-order-not-policy = Die Reihenfolge entscheidet nur mit `rotunda settings set policy my-order` und bei Gleichstand.
done-reserved = { $profile } behält { $percent } % als Reserve.
done-reserved-common = { $profile } behält als Reserve, was alle Profile behalten: { $percent } %.
done-none-waiting = Keine Anfrage wartet auf das Zurücksetzen.
note-use-is-for-one = `--use` gilt für eine Anmeldung, daher bleibt das Profil in Gebrauch. `rotunda use NAME` wählt eines.

## The command line: what to know after binding and unbinding.

note-restart = Bereits offene Unterhaltungen behalten ihre alte Verbindung, bis Codex neu startet.
note-no-profile = Es gibt noch kein Profil, daher enden Runden von Codex mit einem Satz, der das sagt: Fügen Sie mit `rotunda login` eines hinzu.
note-proxy = { $variable } würde Anfragen an diesen Computer über einen Proxy senden. Setzen Sie NO_PROXY=127.0.0.1,localhost dort, wo Codex startet.
note-config-open = Ein anderes Programm hat config.toml geöffnet: Was es dort speichert, wird spätestens beim Start von Rotunda übernommen.
note-left-removed = { $key } wurde seither aus config.toml entfernt, und das bleibt so.
note-left-replaced = { $key } wurde seither in config.toml geändert und so belassen.

## The command line: status, profiles, quota, activity and the doctor.

status-router = Router
status-binding = Anbindung
status-recording = Mitschnitt
status-requests = Anfragen
status-error = Fehler
status-sign-ins = Anmeldung
status-update = Version
status-router-listens = erreichbar auf 127.0.0.1:{ $port }
status-router-stopped = läuft nicht; starten Sie die App oder `rotunda serve`
status-recording-into = der Verkehr wird in { $file } geschrieben
status-counts = { $requests }, davon { $retries ->
    [one] { $retries } weiterer Versuch
   *[other] { $retries } weitere Versuche
  }, { $rotations ->
    [one] { $rotations } Wechsel
   *[other] { $rotations } Wechsel
  } und { $missed } versäumt
status-last-error = { $at }, Anfrage { $request }: { $error }
status-bound = angebunden durch eine Zeile in { $file }
status-bound-stale = veraltet in { $file }; der nächste Start behebt es
status-unbound = nicht angebunden; `rotunda bind` fügt { $file } eine Zeile hinzu
status-foreign = zeigt in { $file } woandershin
status-unreadable = { $file } ist nicht lesbar
status-binding-note = { $state }. { $note }
status-orphans = { $count ->
    [one] { $count } Anmeldung
   *[other] { $count } Anmeldungen
  } ohne Profil { $place ->
    [keychain] im Schlüsselbund
   *[file] in Rotundas Datei der Anmeldungen
  } gefunden: `rotunda import` listet sie auf und holt sie zurück.
profiles-none = Noch keine Profile. `rotunda login` fügt eines hinzu; `rotunda import { $folder }` übernimmt die Anmeldung von Codex.
profiles-api-key = API-Schlüssel
profiles-provider = Schlüssel von { $host }
profiles-own = (eigene Anmeldung von Codex)
profiles-pinned = (Codex bleibt hier)
quota-none = Noch keine Profile, daher gibt es kein Kontingent. `rotunda login` fügt eines hinzu.
quota-unknown = noch nicht bekannt
quota-billed = nach Verbrauch
quota-five-hours = 5 Stunden
quota-week = Woche
quota-days = { $days } Tage
quota-minutes = { $minutes } Min.
quota-head-profile = Profil
quota-head-account = Konto
quota-head-plan = Tarif
quota-head-window = Zeitfenster
quota-head-left = Rest
quota-head-reset = Zurücksetzen
quota-head-state = Zustand
quota-state-ready = bereit
quota-state-last = bereit, kommt zuletzt
quota-state-credits = bereit, mit Credits
quota-state-stays = bereit, Codex bleibt hier
quota-in-use = in Gebrauch
quota-more = { $count } weitere
quota-resets-at = wird { $at } zurückgesetzt
quota-watch-footer = Der Anbieter wird alle 30 Sekunden gefragt. Strg+C beendet dies.
activity-none = In den letzten 7 Tagen ist nichts geschehen.
activity-not-running = Rotunda läuft nicht, daher geschieht nichts. Starten Sie die App oder `rotunda serve`, und verfolgen Sie es dann.
trace-needs-router = Anfragen sind nur Schritt für Schritt bekannt, solange Rotunda läuft. Starten Sie die App oder `rotunda serve`; wo das frühere Protokoll liegt, sagt `rotunda paths`.
trace-none = Seit dem Start von Rotunda kam noch keine Anfrage.
trace-unknown = Anfrage { $request } ist nicht mehr bekannt. Bekannt sind { $first } bis { $last }.
history-day = Letzte 24 Stunden: { $requests ->
    [one] { $requests } Anfrage
   *[other] { $requests } Anfragen
  }, { $retried } mit mehr als einem Versuch, { $failed } fehlgeschlagen.
history-no-tokens = In diesen Tagen wurden keine Tokens gezählt.
history-tokens = Tokens nach Tag, Profil und Modell:
history-tokens-of = { $input } gelesen, { $output } geschrieben
requests-none = In den letzten 7 Tagen wurde keine Anfrage bedient.
requests-first-byte = erstes Byte nach { $ms } ms
doctor-mark = { $state ->
    [ok] ok
    [warn] Notiz
   *[fail] Fehler
  }
doctor-problems = { $count ->
    [one] { $count } Fehler muss
   *[other] { $count } Fehler müssen
  } behoben werden, sonst kann Codex Rotunda nicht nutzen.
doctor-broken-file = Korrigieren oder verschieben Sie diese Datei, und führen Sie `rotunda doctor` erneut aus.

## The command line: the settings, one key each, and where a value comes from.

setting-port = Der Port dieses Computers (127.0.0.1), auf dem der Router erreichbar ist.
setting-vault = Wo Anmeldungen liegen: im Schlüsselbund des Systems oder in einer privaten Datei, die jedes Ihrer Programme lesen kann.
setting-second-line = Ob die Datei von Codex eine zweite Zeile bekommen darf, solange das eigene Konto von Codex aufgebraucht und ein anderes Profil bereit ist. `rotunda bind --help` nennt den Preis dafür.
setting-policy = Welches Profil eine neue Unterhaltung bedient: das, dessen Kontingent ein Zurücksetzen zuerst verfallen ließe, das mit dem größten Rest, oder das erste in Ihrer Reihenfolge (`rotunda order`).
setting-reserve = Prozent jedes Zeitfensters, die als Reserve bleiben: Ein Profil mit höchstens so viel Rest bedient nur, wenn kein anderes bereit ist. `rotunda reserve` legt für ein Profil einen anderen Anteil fest.
setting-api-keys = Ob API-Schlüssel, die nach Verbrauch Geld kosten, einspringen, wenn alle Tarife aufgebraucht sind.
setting-use-credits = Ob gekaufte Credits Anfragen über einen Tarif hinaus bezahlen: gar nicht, solange kein Profil innerhalb seines Tarifs bedienen kann, oder auch dann, wenn andere es können. `rotunda credits` legt es für ein Profil fest.
setting-redeem = Wenn alle Profile länger als so lange aufgebraucht sind und eine Anfrage eines braucht, wird der angesparte Reset genutzt, der zuerst verfällt. Mit "0" wird ohne Frage keiner genutzt.
setting-soft-cap = Gleichzeitige Anfragen auf einem Profil, ab denen andere vorgezogen werden.
setting-hard-cap = Gleichzeitige Anfragen auf einem Profil höchstens; nur Unterhaltungen, die an dem Profil hängen, dürfen mehr.
setting-wait = Wie lange eine Runde auf das Zurücksetzen wartet, wenn alle Profile aufgebraucht sind. "0" beendet sie sofort mit dem Limit, wie Codex es anzeigt.
setting-clients = Ob andere Programme als Codex deine Profile über die Responses-API nutzen dürfen, jedes mit einem eigenen Schlüssel (`rotunda client add`). docs/clients.md sagt, was das bedeutet und was funktioniert.
setting-clients-messages = Ob Programme, die die Messages-API sprechen, zum Beispiel Claude Code, deine Profile nutzen dürfen, jedes mit einem eigenen Schlüssel (`rotunda client add`). Siehe docs/clients.md.
setting-clients-chat = Ob Programme, die Chat Completions sprechen, deine Profile nutzen dürfen, jedes mit einem eigenen Schlüssel (`rotunda client add`). Siehe docs/clients.md.
setting-clients-models = Welches Modell deiner Pläne für ein Modell steht, das eine Anfrage der Messages-API oder von Chat Completions nennt: `NAME = MODELL` oder `NAME = MODELL:AUFWAND`, durch Kommas getrennt. Ein `*` im Namen steht für beliebigen Text, und der erste passende Eintrag zählt. Ohne Eintrag ist ein Modell `claude-…` das Modell, das Codex zuerst aufführt, und ein Modell mit `haiku` im Namen das erste mit `mini` im Namen.
setting-connect = Sekunden, bis OpenAI erreicht sein muss.
setting-head = Sekunden von einer Anfrage bis zum Beginn ihrer Antwort, höchstens.
setting-chunk = Sekunden zwischen zwei Teilen einer Antwort, höchstens.
setting-upstream-chatgpt = Wohin Anfragen von ChatGPT-Tarifen gehen; nur für Tests und besondere Umgebungen.
setting-upstream-api = Wohin Anfragen von API-Schlüsseln gehen; nur für Tests und besondere Umgebungen.
setting-upstream-auth = Wo Anmeldungen entstehen und erneuert werden; nur für Tests und besondere Umgebungen.
setting-proxy = Der Proxy auf dem Weg zu OpenAI: der des Systems oder von Codex, keiner, oder diese Adresse.
setting-language = Die Sprache von Infobereich, Benachrichtigungen, Fenster und Befehlszeile.
setting-theme = Die Farben des Fensters.
setting-start-hidden = Ob die App ohne Fenster im Infobereich startet.
setting-notice-rotated = Benachrichtigen, wenn Codex zu einem anderen Profil wechselt.
setting-notice-last = Benachrichtigen, wenn das letzte bereite Profil in Gebrauch ist.
setting-notice-out = Benachrichtigen, wenn alle Profile aufgebraucht sind.
setting-notice-back = Benachrichtigen, wenn Codex weiterarbeiten kann, nachdem alle aufgebraucht waren.
setting-notice-signin = Benachrichtigen, wenn ein Profil eine neue Anmeldung braucht.
setting-notice-unbound = Benachrichtigen, wenn ein anderes Programm config.toml ändert.
setting-notice-port = Benachrichtigen, wenn der Router nicht starten kann.
setting-notice-low = Benachrichtigen, wenn über alle Profile wenig übrig ist: bei den Anteilen in `alerts`.
setting-notice-credits = Benachrichtigen, wenn gekaufte Credits ausgegeben werden.
setting-notice-resets = Benachrichtigen, zwei Tage bevor ein angesparter Reset verfällt.
setting-from-default = Vorgabe
setting-from-file = settings.toml, Zeile { $line }
setting-from-variable = die Variable { $variable }
setting-takes-effect-at-once = Eine Änderung gilt sofort.
setting-takes-effect-at-start = Eine Änderung gilt ab dem nächsten Start von Rotunda.
setting-takes-effect-by = `{ $command }` ändert es.
setting-variable = Die Variable { $variable } geht der Datei vor.
setting-template = Jede Einstellung von Rotunda mit ihrer Vorgabe. Entfernen Sie das # vor einer Zeile, und ändern Sie sie; `rotunda settings` zeigt, was gilt.
setting-label-now = jetzt
setting-label-default = Vorgabe
setting-label-values = Werte
settings-file-is = Die Datei ist { $path }.
settings-written = { $path } wurde geschrieben. Die Datei ändert nichts, bis Sie darin ein # entfernen.
done-setting = { $key } ist jetzt { $value }.
done-setting-default = { $key } hat wieder die Vorgabe: { $value }.
done-setting-covered = Die Variable { $variable } geht der Datei vor und ist gesetzt; dort, wo sie gesetzt ist, zählt der neue Wert nicht.

## The command line: files and folders, and what starts at login.

path-absent = (nicht vorhanden)
path-settings = Einstellungen
path-store = Profile, Aktivität, Zählungen
path-store-copy = dasselbe vor der letzten Aktualisierung
path-notices = was gemeldet wurde
path-updates = wann nach einer neueren Version gefragt wurde
path-window = Platz des Fensters
path-sign-in-file = Anmeldungen, falls nicht im Schlüsselbund
path-sign-in-notes = Notizen zu geteilten Anmeldungen
path-client-key = Schlüssel in der Zeile von Codex
path-control = Adresse für diese Befehlszeile
path-lock = Sperre, solange Rotunda läuft
path-journal = was vorher in der Datei von Codex stand
path-binding-lock = Sperre für die Datei von Codex
path-backups = Kopien der Datei von Codex
path-log = Protokoll
path-logs = Ordner des Protokolls, mit älteren
path-at-login = was beim Anmelden startet
path-moved = Notizen zu verlegten Ordnern
path-codex-config = Datei von Codex, beim Anbinden geändert
path-codex-sign-in = Eigene Anmeldung von Codex
path-codex-env = Variablen von Codex, nur gelesen
path-journal-beside = was vorher darin stand, falls unsere Ablage nichts annimmt
autostart-no-app = Die App, rotunda-desktop, liegt weder neben diesem Programm noch in PATH und kann daher beim Anmelden nicht gestartet werden. Ohne Desktop startet `systemctl --user enable rotunda` den Router beim Anmelden.
autostart-in-window = Auf diesem System legt das die App selbst fest: in ihrem Fenster unter Einstellungen.

## The command line: what is looked at before Codex runs.

run-serves = { $profile } bedient; { $ready } von { $all } Profilen sind bereit.
run-serves-alone = { $profile } bedient, und kein anderes Profil.
run-waits = Kein Profil ist bereit; Runden warten und gehen { $at } weiter.
run-needs-sign-in = Es braucht eine neue Anmeldung: `{ $command }`.
run-quota-unknown = Sein Kontingent ist noch nicht bekannt.
run-no-profile = Es gibt noch kein Profil, daher kann keine Runde bedient werden. `rotunda login` fügt eines hinzu; `--or-plain` startet Codex mit seiner eigenen Anmeldung.
run-only-not-ready = { $profile } kann jetzt nicht bedienen, andere können es. Lassen Sie `--only` weg, oder starten Sie mit `--skip-check` trotzdem.
run-none-ready-until = Kein Profil kann jetzt bedienen; das erste ist { $at } zurück. Versuchen Sie es dann wieder, oder starten Sie Codex mit `--or-plain` mit seiner eigenen Anmeldung oder mit `--skip-check` trotzdem.
run-none-ready = Kein Profil kann bedienen, bis Sie etwas tun; die Zeilen darüber sagen, was. `--or-plain` startet Codex mit seiner eigenen Anmeldung, und `--skip-check` startet es trotzdem.
run-plain = Codex startet mit seiner eigenen Anmeldung, ohne Rotunda.
run-client-needs-rotunda = Rotunda läuft nicht. Starte es und versuche es noch einmal: `rotunda serve` oder die Tray-App.
run-client-no-program = { $program } konnte nicht gestartet werden. Nenne ein anderes Programm hinter `--`, oder nimm es in PATH auf.
run-pinned = Codex bleibt bei { $profile }, daher bedient das genannte Profil nicht. `rotunda unpin` beendet das, und `--only` geht daran vorbei.

## The command line: a look at every profile without a turn.

quick-ok = Die Anmeldung funktioniert.
quick-no-quota = Die Anmeldung funktioniert, aber der Anbieter hat nicht gesagt, was übrig ist. Runden können trotzdem gehen; versuchen Sie es in einer Minute noch einmal.
quick-unreachable = Der Anmeldedienst ist nicht erreichbar. Prüfen Sie das Netz, und versuchen Sie es dann wieder.
quick-refused = Der Anbieter lehnt einen eben erneuerten Token ab. Versuchen Sie es in einigen Minuten wieder; bleibt es dabei, melden Sie sich neu an.
quick-vault = Die Anmeldung ist nicht lesbar: { $error }.
quick-failed = { $failed } von { $all } Profilen sind nicht in Ordnung.

## The command line: what the doctor mends.

mend-mark = { $state ->
    [possible] würde
    [done] fertig
   *[failed] nein
  }
mend-none = Es gibt nichts, was sich ohne Ihre Entscheidung beheben ließe.
mend-bind = Die Zeile für Codex neu schreiben, denn sie führt zu einem früheren Start von Rotunda.
mend-unbind = Codex auf seine eigene Anmeldung zurückstellen, denn es wartet auf einen Router, den nichts startet.
mend-login = Den Eintrag neu schreiben, der Rotunda beim Anmelden startet, denn der vorhandene kann nicht funktionieren.
mend-private = { $path } für andere Benutzer dieses Computers schließen.
mend-ask-again = Nachsehen, ob der Tarif von { $profile } Codex wieder enthält.
mend-quota = Den Anbieter fragen, was jedes Profil übrig hat.

## The command line: why a profile serves.

why-serves = { $profile } bedient die nächste Unterhaltung. { $policy ->
    [most-left] Sonst kommt zuerst das Profil mit dem größten Rest.
    [my-order] Sonst zählt Ihre Reihenfolge.
   *[resets-first] Sonst kommt zuerst das Profil, dessen Kontingent beim Zurücksetzen zuerst verfiele.
  }
why-none = Kein Profil kann jetzt die nächste Unterhaltung bedienen.
why-for = dafür
why-against = dagegen
why-pinned = Sie haben gewählt, bei ihm zu bleiben.
why-in-use = Es hat die letzte Anfrage bedient.
why-resets-first = Seine Woche endet zuerst ({ $resets }), und was davon übrig ist, ginge verloren.
why-most-left = Es hat den größten Rest.
why-order-first = Es kommt in Ihrer Reihenfolge zuerst.
why-not-pinned = Sie haben gewählt, bei { $profile } zu bleiben.
why-api-key-off = API-Schlüssel bedienen nur mit `rotunda settings set use_api_keys on`.
why-api-key-last = Ein API-Schlüssel kostet nach Verbrauch Geld und kommt daher nach jedem Tarif.
why-other-models = Es bedient nur eigene Modelle.
why-model-of-provider = Das Modell gehört einem anderen Anbieter.
why-credits = Sein Tarif ist verbraucht, und gekaufte Credits würden die Anfrage bezahlen, wie Sie es erlaubt haben.
why-own-last = Codex selbst ist damit angemeldet, daher kommt es nach den anderen.
why-reserve = Es hat nicht mehr übrig als seine Reserve von { $percent } %.
why-crowded = Es bedient { $count } Anfragen gleichzeitig, daher werden andere vorgezogen.
why-full = Es bedient { $count } Anfragen gleichzeitig und nimmt keine weitere an.
why-rule-names = Die Regel des Projekts nennt es.
why-rule-excludes = Die Regel des Projekts nennt nur andere.
why-holds = Es hält diese Unterhaltung.
why-your-choice = Sie haben es für neue Unterhaltungen gewählt.
why-left = { $percent } % übrig.
why-lost-first = Was von seiner Woche übrig ist, ginge zuerst verloren.
why-tried = Es wurde in dieser Anfrage schon versucht.
why-rests = Es ruht bis { $until }.
why-rests-for-kind = Es ruht für Anfragen dieser Art.
why-needs-sign-in = Es braucht eine neue Anmeldung.
why-paused = Sie haben es angehalten.
why-not-entitled = Sein Tarif enthält Codex nicht.
why-lacks-model = In seiner Liste der Modelle fehlt dieses.
why-last = { $profile } hat die letzte Runde bedient; sie endete { $at } mit Status { $status }, und { $tried ->
    [one] ein Profil wurde
   *[other] { $tried } Profile wurden
  } versucht.
why-last-change = Die letzte Änderung davor: { $change }
why-last-no-change = Davor hat, soweit die Aktivität zurückreicht, nichts Codex zu einem anderen Profil geführt.
why-no-turn = Noch kein Profil hat eine Runde bedient.
why-choice = Was bei der letzten Wahl eines Profils zählte, für Anfrage { $request }:
why-choice-forgotten = Was bei der Wahl zählte, ist nur bekannt, solange Rotunda läuft.
done-best = { $profile } ist schon das beste, daher ändert sich nichts.

## The command line: the list of sign-ins to import.

import-list-none = Dort, wo Codex und andere Werkzeuge ihre Anmeldungen halten, wurde keine gefunden. `rotunda login` erstellt eine; `rotunda import PATH` übernimmt eine von anderswo.
import-list-best = Am besten hat jedes Profil eine eigene Anmeldung: `rotunda login` (empfohlen).
import-list-found = Diese wurden gefunden; `rotunda import --found N...` übernimmt sie mit ihren Token:
import-list-not = nicht importierbar
import-list-updates = aktualisiert { $profile }
import-list-becomes = wird { $profile }
import-list-failed = { $failed } von { $all } wurden nicht importiert.
import-list-unknown = { $number } steht nicht in der Liste; `rotunda import` zeigt sie mit ihren Nummern.
import-list-one-name = --name gilt für eine Anmeldung; lassen Sie es weg, oder wählen Sie eine.
import-list-nothing = Nichts in der Liste ist importierbar.
import-sealed-options = Diese Datei enthält Profile eines anderen Rechners mit ihren Namen; lassen Sie --name und --use weg.
import-json-is-for-lists = --json ist für Listen: Fügen Sie --preview hinzu, oder lassen Sie den Pfad weg.
passphrases-differ = Die beiden Passwörter sind verschieden, daher wurde nichts geschrieben.

## A test turn as it goes.

turn-line-stopped-waiting = Abgebrochen, bevor sie an der Reihe war.
turn-line-stopped-early = Abgebrochen, bevor Codex gestartet wurde.
turn-line-waits = Wartet auf die Testrunde mit { $profile }.
turn-line-waits-more = Wartet auf die Testrunde mit { $profile } und { $more } weitere.
turn-line-wait-over = Das Warten ist vorbei; diese Testrunde beginnt.
turn-line-started = { $codex } wurde in einem eigenen Ordner für { $profile } gestartet.
turn-line-started-another = Ein weiteres Codex wurde gestartet, das dieselbe Unterhaltung öffnet.
turn-line-asks = Codex fragt.
turn-line-asked-to-shorten = Codex soll die Unterhaltung kürzen.
turn-line-begun = Die Runde hat begonnen.
turn-line-answers = Die Antwort kommt.
turn-line-thinks = Das Modell denkt nach.
turn-line-shortens = Codex kürzt die Unterhaltung.
turn-line-tool = Codex benutzt ein Werkzeug.
turn-line-tries-again = Die Verbindung brach ab; Codex versucht es erneut.
turn-line-stopped = Codex hat die Runde abgebrochen.
turn-step = Schritt { $number } von { $all }, { $step ->
    [turn] eine Runde
    [compact] Kürzen der Unterhaltung
    [resume] Öffnen in einem anderen Codex
   *[next_turn] noch eine Runde dort
  }: { $outcome }.

## What else is worth knowing of a test turn.

turn-note-config = Ihre config.toml ist nicht lesbar, daher wird ihr Modell nicht verwendet.
turn-model-source = { $source ->
    [named] für diese Runde genannt
    [config] aus Ihrer config.toml
   *[codex] von Codex selbst gewählt, da keines genannt war
  }
turn-model-other = Das Modell war { $used }; verlangt war { $asked }, { turn-model-source }.
turn-model-used = Das Modell war { $used }, { turn-model-source }.
turn-model-asked = Das verlangte Modell war { $asked }, { turn-model-source }.
turn-model-unknown = Welches Modell es gewesen wäre, ist nicht bekannt.
turn-note-retried-well = Codex musste es { $times ->
    [one] einmal
   *[other] { $times }-mal
  } erneut versuchen ({ $kinds }), und das gelang.
turn-note-retried = Codex hat es { $times ->
    [one] einmal
   *[other] { $times }-mal
  } erneut versucht ({ $kinds }).
turn-note-last-error = Die letzte Antwort war ein Fehler: { $error }.
turn-note-unshown = Nicht gezeigt, und ihre Werte nicht behalten: { $list }.
turn-line-stopped-unasked = Abgebrochen, bevor die Runde verlangt wurde.
turn-line-ended = Codex hat den Abbruch nicht gemeldet; es wird beendet.

## The window: its frame.

window-tab-profiles = Profile
window-tab-activity = Aktivität
window-tab-codex = Codex
window-tab-settings = Einstellungen
window-app-sections = Bereiche
window-app-demo = Vorführung
window-app-recording = Aufzeichnung in { $file }
window-app-refresh = Kontingent aktualisieren
window-app-wrong = Etwas ist schiefgegangen. Versuchen Sie es erneut.
window-vault-locked = Der Schlüsselbund ist gesperrt. Entsperren Sie ihn, und Rotunda macht von selbst weiter.
window-vault-missing = Auf diesem Computer antwortet kein Schlüsselbund.
window-vault-denied = Der Schlüsselbund hat Rotunda abgewiesen.
window-vault-silent = Der Schlüsselbund antwortet nicht. Starten Sie das Programm neu, das ihn bereitstellt.
window-vault-read_only = Der Schlüsselbund ist lesbar, speichert aber nicht. Machen Sie ihn beschreibbar.
window-vault-ask_again = Erneut fragen
window-vault-broken = Der Schlüsselbund antwortet mit etwas, das Rotunda nicht lesen kann.

## The window: words of many places.

window-common-cancel = Abbrechen
window-common-close = Schließen
window-common-done = Fertig
window-common-dismiss = Ausblenden
window-common-copy = Kopieren
window-common-copied = Kopiert
window-common-table = Als Tabelle
window-common-name = Bezeichnung
window-common-name_optional = Bezeichnung (optional)
window-common-loading = Wird gelesen…
window-common-try_again = Erneut versuchen

## The window: quota windows and meters.

window-window-5h = 5 Stunden
window-window-5h_short = 5 Std.
window-window-week = Woche
window-window-days = { $count ->
    [one] { $count } Tag
   *[other] { $count } Tage
  }
window-window-hours = { $count ->
    [one] { $count } Stunde
   *[other] { $count } Stunden
  }
window-meter-name = { $of }, { $window }: übrig
window-meter-low = Wenig
window-meter-stale = letzter bekannter Stand

## The window: profiles.

window-plan-key = API-Schlüssel
window-plan-provider = Schlüssel von { $host }
window-profiles-in_use = In Gebrauch
window-profiles-next = Als Nächstes, in dieser Reihenfolge
window-profiles-resting = Ruht
window-profiles-needs_you = Braucht Sie
window-profiles-paused = Angehalten
window-profiles-add = Profil hinzufügen…
window-profiles-pool = Zusammen: { $text }
window-profiles-pool_part = { $window } { $left }
window-profiles-order = Reihenfolge
window-profiles-order-resets_first = Frühester Reset zuerst
window-profiles-order-most_left = Vollstes zuerst
window-profiles-order-my_order = Eigene Reihenfolge
window-profiles-order-resets_first_means = Was verfallen würde, wird zuerst genutzt
window-profiles-order-most_left_means = Das vollste wird zuerst genutzt
window-profiles-order-my_order_means = Ziehen Sie, oder drücken Sie Alt+Auf und Alt+Ab
window-profiles-moved = { $name } ist jetzt { $place } von { $count }.
window-profiles-staying = Bleibt hier
window-profiles-own = Eigene Anmeldung von Codex
window-profiles-own_means = Codex selbst ist mit diesem Konto angemeldet, daher wird es zuletzt genutzt.
window-profiles-reserve_of = { $percent } % Reserve
window-profiles-requests = { $count ->
    [one] { $count } Anfrage jetzt
   *[other] { $count } Anfragen jetzt
  }
window-profiles-by_use = Bezahlung nach Verbrauch; kein Kontingent anzuzeigen.
window-profiles-actions = Aktionen für { $name }
window-profiles-sign_in = Anmelden
window-profiles-sign_in_to = Bei { $name } anmelden
window-profiles-waiting = { $count ->
    [one] { $count } Chat wartet.
   *[other] { $count } Chats warten.
  }
window-profiles-waiting_until = { $count ->
    [one] { $count } Chat wartet bis { $time }.
   *[other] { $count } Chats warten bis { $time }.
  }
window-profiles-stop_waiting = Nicht mehr warten
window-act-use = Jetzt nutzen
window-act-stay = Bei diesem Profil bleiben
window-act-unstay = Nicht mehr bei diesem Profil bleiben
window-act-pause = Anhalten
window-act-resume = Fortsetzen
window-act-up = Nach oben
window-act-down = Nach unten
window-act-sign_in_again = Neu anmelden…
window-act-rename = Umbenennen…
window-act-reserve = Reserve festlegen…
window-act-credits = Credits nutzen…
window-act-redeem = Angesparten Reset nutzen…
window-act-refresh = Aktualisieren
window-act-remove = Entfernen…

## The window: sheets of a profile.

window-rename-title = { $name } umbenennen
window-rename-do = Umbenennen
window-remove-title = { $name } entfernen?
window-remove-text = Die Anmeldung wird aus dem Schlüsselbund gelöscht. Ihr ChatGPT-Konto ist nicht betroffen.
window-remove-text_key = Er wird aus dem Schlüsselbund gelöscht. Der API-Schlüssel selbst bleibt gültig.
window-remove-text_file = Die Anmeldung wird gelöscht. Ihr ChatGPT-Konto ist nicht betroffen.
window-remove-do = Entfernen
window-reserve-title = Reserve von { $name }
window-reserve-text = Bei so wenig oder weniger wird das Profil nur genutzt, wenn kein anderes bereit ist.
window-reserve-common = Wie für alle Profile ({ $percent } %)
window-reserve-own = Eigene Reserve
window-reserve-percent = Prozent in Reserve
window-reserve-do = Speichern
window-credits-title = Credits von { $name }
window-credits-common = Wie für alle Profile: { $consent }
window-credits-never = Nie
window-credits-when_all_out = Nur wenn alle Tarife verbraucht sind
window-credits-always = Auch wenn andere Profile noch etwas übrig haben, damit eine Unterhaltung bleibt, wo sie ist
window-redeem-title = Angesparter Reset von { $name }
window-redeem-looking = Wird nachgesehen, was übrig ist…
window-redeem-busy = Der Reset wird genutzt…
window-redeem-do = Einen Reset nutzen
window-redeem-open = Einen nutzen…

## The window: the first run.

window-first-title = Mehrere Codex-Profile wie eines nutzen
window-first-lead = Rotunda läuft auf diesem Computer, hält Ihre Anmeldungen im Schlüsselbund und lässt Codex zum nächsten Profil wechseln, wenn eines verbraucht ist.
window-first-add = Ein Profil hinzufügen
window-first-found = Gefunden: { $who }
window-first-from = aus { $source }
window-first-add_this = Dieses Profil hinzufügen
window-first-bind = Codex anbinden
window-first-bind_text = Fügt { $file } eine Zeile hinzu. Eine Sicherung bleibt erhalten.
window-first-bound = Codex ist bereits angebunden.
window-first-waits = Wartet auf Schritt 1
window-first-show_line = Zeile zeigen
window-first-keep = Weiterlaufen lassen
window-first-terms = Rotunda ist für Anmeldungen, die Ihnen gehören. Für jede gelten die Bedingungen ihres Anbieters, die die Nutzung von Konten regeln können.

## The window: adding a profile.

window-add-title = Ein Profil hinzufügen
window-add-sign_in = Mit ChatGPT anmelden
window-add-code = Stattdessen einen Code verwenden
window-add-import = Datei importieren…
window-add-key = API-Schlüssel verwenden…
window-add-hint = Rotunda erhält eine eigene Anmeldung, daher wird nichts anderes dadurch abgemeldet.
window-signin-title = Mit ChatGPT anmelden
window-signin-title_again = Bei { $name } neu anmelden
window-signin-waiting = Warten auf Ihren Browser…
window-signin-waiting_text = Melden Sie sich dort an und kommen Sie zurück; es geht von selbst weiter.
window-signin-open_again = Erneut öffnen
window-signin-copy_link = Link kopieren
window-signin-use_code = Code verwenden
window-signin-code_text = Öffnen Sie diese Seite in einem beliebigen Browser, und geben Sie den Code ein.
window-signin-code_open = Seite öffnen
window-signin-code = Anmeldecode
window-signin-expires = Läuft ab in { $time }
window-signin-expired = Abgelaufen
window-signin-paste = Der Browser ist fertig, aber nichts ist passiert? Fügen Sie die Adresse hier ein.
window-signin-paste_do = Diese Adresse verwenden
window-signin-choose = Welcher Arbeitsbereich?
window-signin-choose_text = Dieses Konto hat mehrere. Jeder kann ein eigenes Profil sein.
window-signin-choose_do = Diesen Arbeitsbereich verwenden
window-signin-done = Angemeldet
window-signin-failed = Nicht angemeldet
window-key-title = API-Schlüssel verwenden
window-key-key = API-Schlüssel
window-key-cost = API-Schlüssel kosten Geld: Jedes Token wird von OpenAI berechnet. Rotunda nutzt einen nur, wenn alle Tarife verbraucht sind und die Einstellungen es erlauben.
window-key-check = Der Schlüssel wird mit einem kostenlosen Aufruf geprüft und im Schlüsselbund gehalten.
window-key-do = Diesen Schlüssel hinzufügen
window-key-busy = Wird geprüft…
window-key-whose = Wessen Schlüssel
window-key-whose-openai = OpenAI
window-key-whose-other = Ein anderer Anbieter
window-key-address = Adresse
window-key-address_text = Wo der Anbieter die Responses-API bereitstellt. Der Schlüssel wird an keine andere Adresse gesendet.
window-key-models = Seine Modelle
window-key-models_text = Durch Kommas getrennt. Ohne Angabe: die Modelle, die der Anbieter auflistet.
window-key-fallback = Ersatz für Modelle Ihrer Tarife
window-key-fallback_text = Durch Kommas getrennt. Der Anbieter bedient sie nur, wenn alle Tarife verbraucht sind. Ohne Angabe: Er springt nie ein.
window-key-cost_other = Der Anbieter berechnet, was er liefert, und seine Bedingungen gelten. /compact von Codex funktioniert mit seinen Modellen nicht.
window-import-title = Anmeldungen importieren
window-import-path = Codex-Ordner, auth.json oder der Ordner eines anderen Werkzeugs
window-import-path_plain = Codex-Ordner oder eine Datei auth.json
window-import-look = Nachsehen
window-import-nothing = Dort gibt es nichts zu importieren.
window-import-updates = Aktualisiert { $name }
window-import-warning = Codex und Rotunda würden beide diese Anmeldung erneuern. Wenn Sie sich hier neu anmelden, erhält Rotunda eine eigene.
window-import-recommended = Anmelden (empfohlen)
window-import-anyway = Trotzdem importieren
window-import-do = { $count ->
    [one] Dieses Profil hinzufügen
   *[other] { $count } Profile hinzufügen
  }
window-import-busy = Wird hinzugefügt…
window-import-results = Was importiert wurde
window-import-ok = Hinzugefügt
window-import-not_ok = Nicht hinzugefügt
window-import-warn_title = Diese Anmeldung mit Codex teilen?

## The window: activity, requests and usage.

window-activity-empty = Noch nichts. Jeder Wechsel, jede Ruhe und jede Ablehnung erscheint hier mit ihrem Grund.
window-activity-none_of_kind = Nichts dieser Art.
window-activity-filter = Filtern
window-activity-filter-all = Alle
window-activity-filter-moves = Wechsel
window-activity-filter-limits = Grenzen
window-activity-filter-signins = Anmeldungen
window-activity-filter-binding = Anbindung
window-activity-filter-choices = Ihre Entscheidungen
window-kind-rotated = Zu einem anderen Profil gewechselt
window-kind-rested = Profil ruht
window-kind-recovered = Profil zurück
window-kind-refreshed = Anmeldung erneuert
window-kind-adopted = Anmeldung von Codex übernommen
window-kind-handed_over = Anmeldung an Codex übergeben
window-kind-not_saved = Erneuerte Anmeldung noch nicht gespeichert
window-kind-saved = Erneuerte Anmeldung gespeichert
window-kind-renewal_refused = Erneuerung unbrauchbar
window-kind-interrupted = Erneuerung unterbrochen
window-kind-vault_moved = Anmeldungen verschoben
window-kind-needs_sign_in = Anmeldung nötig
window-kind-not_entitled = Tarif ohne Codex
window-kind-chain_lost = Unterhaltung erneut gesendet
window-kind-exhausted = Alle Profile verbraucht
window-kind-waiting = Anfrage wartet
window-kind-failed = Runde fehlgeschlagen
window-kind-chosen = Profil gewählt
window-kind-pinned = Bei einem Profil geblieben
window-kind-unpinned = Wechselt wieder
window-kind-paused = Profil angehalten
window-kind-resumed = Profil fortgesetzt
window-kind-reserved = Reserve geändert
window-kind-credits_allowed = Nutzung der Credits geändert
window-kind-credits_spent = Credits ausgegeben
window-kind-reset_used = Angesparter Reset
window-kind-wait_ended = Warten beendet
window-kind-profile_added = Profil hinzugefügt
window-kind-signed_in = Neu angemeldet
window-kind-profile_removed = Profil entfernt
window-kind-profile_renamed = Profil umbenannt
window-kind-bound = Codex angebunden
window-kind-healed = Anbindung repariert
window-kind-second_line = Zweite Zeile
window-kind-unbound = Codex gelöst
window-kind-changed_outside = Anbindung durch ein anderes Programm geändert
window-kind-restored = config.toml wiederhergestellt
window-kind-port_taken = Port belegt
window-kind-vault_unreadable = Anmeldungen nicht lesbar
window-kind-vault_readable = Anmeldungen wieder lesbar
window-kind-hook_failed = Hook fehlgeschlagen
window-activity-copy = Aktivität kopieren
window-activity-backup = Sicherung zeigen
window-activity-earlier = Frühere zeigen
window-requests-title = Anfragen, letzte 24 Std.
window-requests-sum = { $requests } · { $retried } wiederholt · { $failed } fehlgeschlagen
window-requests-none = Keine Anfragen in den letzten 24 Stunden.
window-requests-chart = Anfragen pro Stunde, letzte 24 Stunden
window-requests-chart_text = { $requests } Anfragen, höchstens { $most } in einer Stunde
window-requests-hour = Stunde
window-requests-count = Anfragen
window-requests-retried = Wiederholt
window-requests-failed = Fehlgeschlagen
window-requests-details = Einzelheiten
window-requests-time = Zeit
window-requests-profile = Profil
window-requests-model = Modell
window-requests-status = Statuscode
window-requests-first_byte = Erstes Byte
window-requests-tokens = Token ein / aus
window-requests-ms = { $count } Millisek.
window-requests-unknown = –
window-usage-title = Nutzung, letzte 30 Tage
window-usage-none = Noch keine Werte. Sie werden 30 Tage aufbewahrt.
window-usage-left = Was übrig war
window-usage-left_chart = { $profile }, { $window }: Prozent übrig über 30 Tage
window-usage-left_text = zwischen { $low } % und { $high } % übrig
window-usage-gap = Eine Lücke in der Linie ist Zeit ohne Wert.
window-usage-day = Tag
window-usage-lowest = Geringster Rest
window-usage-highest = Höchster Rest
window-usage-percent = { $count } %
window-usage-tokens = Token pro Tag
window-usage-tokens_chart = { $model }: Token pro Tag über 30 Tage
window-usage-tokens_text = { $total } insgesamt, höchstens { $most } an einem Tag
window-usage-tokens_none = Noch keine Token gezählt.
window-usage-of = Profile
window-usage-of_all = Alle Profile
window-usage-no_model = Modell nicht genannt
window-usage-removed = Entferntes Profil
window-usage-input = Ein
window-usage-output = Aus
window-usage-today = heute

## The window: Codex.

window-codex-bound = Angebunden
window-codex-bound_stale = An eine ältere Adresse angebunden
window-codex-unbound = Nicht angebunden
window-codex-foreign = Angebunden, aber Codex zeigt woandershin
window-codex-unreadable = config.toml ist nicht lesbar
window-codex-bound_means = Neue Chats nutzen jetzt Rotunda. Vorher geöffnete Chats behalten ihre alte Verbindung, bis Sie Codex neu starten.
window-codex-bound_means_since = Neue Chats nutzen jetzt Rotunda. Vor { $time } geöffnete Chats behalten ihre alte Verbindung, bis Sie Codex neu starten.
window-codex-bound_stale_means = Die Zeile in config.toml nennt einen anderen Port oder Schlüssel, als Rotunda jetzt nutzt. Binden Sie neu an, um sie zu erneuern.
window-codex-unbound_means = Codex nutzt seine eigene Anmeldung.
window-codex-foreign_means = Eine andere App hat sie geändert.
window-codex-unreadable_means = Rotunda ändert nie eine Datei, die es nicht lesen kann. Korrigieren Sie sie, und der Zustand hier ändert sich von selbst.
window-codex-bind = Codex anbinden
window-codex-binding = Wird angebunden…
window-codex-bind_again = Neu anbinden
window-codex-unbind = Codex lösen
window-codex-unbinding = Wird gelöst…
window-codex-leave = So lassen
window-codex-needs_profile = Zuerst ein Profil hinzufügen
window-codex-provider = Codex nutzt den Modellanbieter { $provider }
window-codex-provider_text = Nur der Anbieter von OpenAI selbst läuft über Rotunda. Mit Ihrer Zustimmung wechselt das Anbinden zu ihm, solange es besteht; Lösen stellt { $provider } wieder her.
window-codex-provider_do = Wechseln und anbinden
window-codex-line_in = Die Zeile in { $file }
window-codex-line_adds = Das Anbinden fügt { $file } eine Zeile hinzu
window-codex-line = Die Zeile
window-codex-open = config.toml öffnen
window-codex-copy_line = Zeile kopieren
window-codex-backup = Sicherung von { $time }
window-codex-backup_plain = Eine Sicherung ist vorhanden
window-codex-restore = Diese Datei genau wiederherstellen…
window-codex-restore_title = config.toml genau wiederherstellen?
window-codex-restore_diff = Was sich in der Datei ändert
window-codex-restore_do = Wiederherstellen
window-codex-removed = Entfernte Zeile
window-codex-added = Hinzugefügte Zeile
window-codex-router_running = Router läuft
window-codex-router_stopped = Router gestoppt
window-codex-router_port_taken = Port { $port } ist nicht verfügbar
window-codex-router_where = Erreichbar auf 127.0.0.1:{ $port }, nur von diesem Computer.
window-codex-router_where_since = Erreichbar auf 127.0.0.1:{ $port }, nur von diesem Computer, seit { $time }.
window-codex-router_unreachable = Codex erreicht Rotunda nicht.
window-codex-router_other = Ein anderes Programm nutzt Port { $port }.
window-check-title = Prüfung
window-check-text = Prüft alles zwischen Codex und OpenAI und ändert nichts.
window-check-do = Prüfung starten
window-check-busy = Wird geprüft…
window-check-ok = In Ordnung
window-check-warn = Bitte ansehen
window-check-fail = Fehlerhaft
window-check-fix = So beheben Sie es
window-turn-title = Testrunde
window-turn-text = Eine kurze echte Runde mit Codex. Sie verbraucht etwas Kontingent.
window-turn-profile = Profil
window-turn-profile_now = Das genutzte
window-turn-do = Testrunde starten
window-turn-running = Läuft mit { $profile }
window-turn-ended = Beendet mit { $profile }
window-turn-progress = Fortschritt der Testrunde

## The window: settings.

window-settings-general = Allgemein
window-settings-start = Rotunda bei der Anmeldung starten
window-settings-start_text = Solange dies eingeschaltet ist, bleibt Codex beim Abmelden angebunden und wartet bei der nächsten Anmeldung auf Rotunda. Sonst löst das Abmelden Codex.
window-settings-hidden = Versteckt im Tray starten
window-settings-language = Sprache
window-settings-language-system = Wie das System
window-settings-theme = Erscheinungsbild
window-settings-theme-system = Wie das System
window-settings-theme-light = Hell
window-settings-theme-dark = Dunkel
window-settings-notifications = Mitteilungen
window-settings-rotation = Wechsel
window-settings-rotate = Automatisch wechseln
window-settings-reserve = Eine Reserve lassen von
window-settings-percent = %
window-settings-out = Wenn alle Profile verbraucht sind
window-settings-out_stop = Mit der Meldung von Codex anhalten
window-settings-out_wait = Auf den Reset warten, höchstens
window-settings-out_hours = Höchste Wartezeit in Stunden
window-settings-h = Std.
window-settings-keys = API-Schlüssel nutzen, wenn alle Tarife verbraucht sind
window-settings-keys_text = API-Schlüssel kosten Geld: Jedes Token wird von OpenAI berechnet.
window-settings-money = Geld
window-settings-credits = Gekaufte Credits nutzen
window-settings-credits_text = Credits werden über einen Tarif hinaus gekauft. Ohne Ihre Zustimmung wird keine Anfrage damit bezahlt: Sie geht an ein anderes Profil oder endet am Limit. Die erste Ausgabe wird einmal gemeldet.
window-settings-redeem = Einen angesparten Reset nutzen, wenn alle Profile verbraucht sind
window-settings-redeem_hours = Nur wenn keines zurück ist innerhalb von
window-settings-redeem_text = Genutzt wird der, der zuerst verfällt, höchstens einer pro Stunde und nur während Arbeit wartet. Das wird gemeldet. Es lässt sich nicht rückgängig machen.
window-settings-second_line = Zweite Zeile
window-settings-second_line_do = In der Terminaloberfläche von Codex weiterarbeiten, solange das Kontingent von Codex' eigenem Konto verbraucht ist
window-settings-second_line_text = Solange das Kontingent von Codex' eigenem Konto verbraucht und ein anderes Profil bereit ist, schreibt Rotunda eine zweite Zeile, chatgpt_base_url, in config.toml, damit die Terminaloberfläche von Codex weiterarbeitet; solange die Zeile steht, startet Codex nach einem Absturz von Rotunda nicht, bis Rotunda zurück ist, Connectors fehlen, und Fehlertexte von Codex können den Schlüssel von Rotunda zeigen.
window-settings-network = Netzwerk
window-settings-port = Portnummer
window-settings-port_text = Nur von diesem Computer erreichbar.
window-settings-proxy = Proxy zu OpenAI
window-settings-proxy-system = Wie das System
window-settings-proxy-none = Keiner
window-settings-proxy-custom = Eigener
window-settings-proxy_address = Proxyadresse
window-settings-storage = Speicherort
window-settings-in_keychain = Die Anmeldungen liegen im Schlüsselbund des Systems.
window-settings-in_file = Die Anmeldungen liegen in einer Datei, die nur Sie lesen können. Der Schlüsselbund ist sicherer.
window-settings-to_file = In eine Datei verschieben…
window-settings-to_keychain = In den Schlüsselbund verschieben…
window-settings-move_title_file = Anmeldungen in eine Datei verschieben?
window-settings-move_title_keychain = Anmeldungen in den Schlüsselbund verschieben?
window-settings-move_text_file = Sie werden in eine Datei geschrieben, die nur Sie lesen können, geprüft und dann aus dem Schlüsselbund gelöscht. Sicherungen und andere Ihrer Programme können diese Datei lesen.
window-settings-move_text_keychain = Sie werden in den Schlüsselbund geschrieben, geprüft, und dann wird die Datei gelöscht.
window-settings-move_do = Verschieben
window-settings-export = Einstellungen exportieren
window-settings-import = Einstellungen importieren
window-settings-file = Einstellungsdatei
window-settings-export_text = Ohne Anmeldungen und Schlüssel.
window-settings-exported = Die Einstellungen wurden in { $path } geschrieben.
window-settings-imported = Die Einstellungen wurden aus { $path } übernommen.
window-settings-diagnostics = Diagnose
window-settings-diagnostics_text = Ein Archiv für einen Fehlerbericht, ohne Anmeldungen, Schlüssel und E-Mail-Adressen.
window-settings-diagnostics_do = Diagnose speichern
window-settings-diagnostics_done = Gespeichert: { $path }
window-settings-about = Über Rotunda
window-settings-version = Rotunda { $version }

## Angesparte Resets: jeder leert die Kontingentfenster eines Kontos einmal.

resets-banked = { $count ->
    [one] 1 Reset angespart
   *[other] { $count } Resets angespart
  }
resets-in-use = Ein angesparter Reset wird genutzt. Das Kontingent zeigt es noch nicht.
resets-banked-until = { $count ->
    [one] 1 Reset angespart, er verfällt { $at }
   *[other] { $count } Resets angespart, der erste verfällt { $at }
  }
resets-question = Einen angesparten Reset von { $profile } nutzen? Er leert jetzt { $counters ->
    [five_hours] den 5-Stunden-Zähler
    [week] den Wochenzähler
    [both] den 5-Stunden- und den Wochenzähler
   *[other] die Zähler
  } ({ $left }). { $stay } Das lässt sich nicht rückgängig machen.
resets-none-stays = Es ist der letzte.
resets-stay = { $count ->
    [one] Einer bleibt übrig.
   *[other] { $count } bleiben übrig.
  }
resets-stay-until = { $count ->
    [one] Einer bleibt übrig, er verfällt { $at }.
   *[other] { $count } bleiben übrig, der erste verfällt { $at }.
  }
resets-early = Es ist noch viel übrig, ein Reset bringt jetzt wenig.
resets-same-number = Eine frühere Anfrage bekam keine klare Antwort. Diese hat dieselbe Nummer, OpenAI hält also beide für eine.
resets-redeemed = Ein angesparter Reset von { $profile } wurde genutzt: die Zähler sind leer. { $count ->
    [one] Einer ist noch übrig.
   *[other] { $count } sind noch übrig.
  }
resets-redeemed-unasked = Alle Profile waren für lange verbraucht, daher wurde ein angesparter Reset von { $profile } genutzt, wie Sie es eingestellt haben: die Zähler sind leer. { $count ->
    [one] Einer ist noch übrig.
   *[other] { $count } sind noch übrig.
  }
resets-accepted = OpenAI hat einen angesparten Reset von { $profile } genutzt. Das Kontingent zeigt es noch nicht; die Aktivität meldet, wenn es so weit ist.
resets-accepted-unasked = Alle Profile waren für lange verbraucht, daher wurde ein angesparter Reset von { $profile } genutzt, wie Sie es eingestellt haben. Das Kontingent zeigt es noch nicht; die Aktivität meldet, wenn es so weit ist.
resets-not-shown = OpenAI hat gemeldet, dass ein angesparter Reset von { $profile } genutzt wurde, und das Kontingent zeigt es noch immer nicht. `rotunda quota --refresh` sieht erneut nach.
resets-never-clear = Ob ein angesparter Reset von { $profile } genutzt wurde, ist weiterhin nicht bekannt: OpenAI hat nicht eindeutig geantwortet, und das Kontingent zeigt es nicht. `rotunda quota --refresh` sieht erneut nach.
resets-nothing-used = Kein Reset von { $profile } wurde genutzt: OpenAI meldet, dass nichts verbraucht ist.
resets-none = Kein Reset von { $profile } wurde genutzt: es ist keiner angespart.
resets-refused = Kein Reset von { $profile } wurde genutzt: OpenAI hat es abgelehnt.
resets-refused-because = Kein Reset von { $profile } wurde genutzt. OpenAI meldet: { $reason }
resets-not-asked = Kein Reset von { $profile } wurde genutzt, weil OpenAI nicht gefragt wurde: { $reason }.
resets-not-arrived = Kein Reset von { $profile } wurde genutzt: die Anfrage kam nicht an.
resets-unclear = Ob ein Reset von { $profile } genutzt wurde, ist nicht bekannt, weil OpenAI nicht klar geantwortet hat. Die Aktivität meldet, was das Kontingent zeigt. Eine neue Anfrage hat dieselbe Nummer, ein zweiter Reset geht also nicht verloren.
resets-under-way = Die Anfrage nach einem angesparten Reset von { $profile } läuft. Die Aktivität meldet, wie sie endet.
resets-ask-running = Einen Reset nutzt das laufende Rotunda. Starten Sie zuerst Rotunda oder `rotunda serve`.
resets-ask-unread = Das Kontingent von { $profile } war gerade nicht lesbar, daher wurde kein Reset genutzt. Versuchen Sie es gleich noch einmal.
resets-ask-expired = Diese Frage ist älter als 10 Minuten. Kein Reset wurde genutzt; fragen Sie erneut.
resets-ask-changed = Was { $profile } angespart hat, hat sich inzwischen geändert. Kein Reset wurde genutzt; fragen Sie erneut.
redeem-ask = Den Reset nutzen?
redeem-ask-yes = Kein Reset wurde genutzt. `rotunda redeem NAME --yes` nutzt ihn ohne Rückfrage.
redeem-nothing = Kein Reset wurde genutzt.
menu-resets = · { $count ->
    [one] 1 Reset angespart
   *[other] { $count } Resets angespart
  }
notice-reset-expires = Ein angesparter Reset von { $profile } verfällt bald
notice-reset-expires-body = Er verfällt { $at }, wenn er nicht genutzt wird: im Fenster oder mit `rotunda redeem`.

## Antworten, die nicht beginnen.

activity-late = OpenAI hat seit { $waited } s nicht begonnen, eine Anfrage mit { $profile } zu beantworten. Rotunda wartet weiter, denn die Anfrage kann in Arbeit sein.
activity-late-usual = OpenAI hat seit { $waited } s nicht begonnen, eine Anfrage mit { $profile } zu beantworten, und beginnt sonst innerhalb von { $usual } s. Rotunda wartet weiter, denn die Anfrage kann in Arbeit sein.
activity-stuck = OpenAI hat eine Anfrage mit { $profile } innerhalb von { $waited } s nicht ganz angenommen. Nichts davon kann gelaufen sein, daher sendet Rotunda sie neu.
summary-late = { $summary } · noch keine Antwort
notice-late = Noch keine Antwort mit { $profile }
notice-late-body = OpenAI beginnt viel länger als sonst nicht zu antworten. Rotunda wartet weiter, denn die Anfrage kann in Arbeit sein. Um neu zu fragen, halten Sie die Anfrage in Codex an und senden Sie sie noch einmal.
setting-notice-late = Benachrichtigen, wenn eine Antwort viel länger als sonst nicht beginnt.
window-kind-late = Antwort verspätet

## The forecast of the whole pool.

forecast-no-profile = Kein Profil hat ein Kontingent, das sich vorhersagen lässt.
forecast-not-enough = Keine Vorhersage: noch zu wenig Verlauf ({ $days } von { $of } Tagen).
forecast-enough = Reicht bei diesem Tempo für die nächsten fünf Tage.
forecast-until = Reicht bei diesem Tempo bis { $until }.
forecast-back = Danach ist { $profile } { $at } wieder bereit.
forecast-two = { $first } { $second }
forecast-out-now = Alle Profile sind verbraucht.
forecast-out-now-back = Alle Profile sind verbraucht. { $profile } ist { $at } wieder bereit.
forecast-plans = Die Tarife reichen bei diesem Tempo bis { $until }.
forecast-plans-now = Alle Tarife sind verbraucht.
forecast-then-credits = Danach bezahlen Credits von { $profile }.
forecast-then-key = Danach bedient der API-Schlüssel { $profile }, der nach Verbrauch bezahlt wird.
forecast-old = { $sentence } Die Zahlen sind { $age } alt.
forecast-change-until = { $change }: reicht bis { $until }.
forecast-change-enough = { $change }: reicht mehr als fünf Tage.
forecast-change-order = Mit der Reihenfolge „{ $order ->
    [resets_first] zuerst, was ein Reset verfallen ließe
    [most_left] zuerst der größte Rest
   *[my_order] meine Reihenfolge
  }“
forecast-change-reserve = Ohne Reserve
forecast-change-banked = Mit einem angesparten Reset von { $profile }
forecast-changes = Was daran etwas ändern würde
forecast-reset = { $profile }: { $window ->
    [five_hours] 5-Stunden-Fenster
    [week] Wochenfenster
   *[other] Zeitfenster
  } beginnt neu
forecast-reset-expected = { $reset } (erwartet)
forecast-event-out = Alle Profile sind verbraucht
forecast-event-back = { $profile } ist wieder bereit
forecast-title = Nächste fünf Tage
forecast-chart = Was alle Profile im Mittel voraussichtlich übrig haben
forecast-left = Im Mittel übrig
forecast-resets = Ein Wochenfenster oder ein längeres beginnt neu
forecast-lowest = Zwischen { $low } und { $high } sind übrig.
forecast-when = Wann
forecast-what = Was
forecast-day = Tag
forecast-low = Tiefster Wert
forecast-high = Höchster Wert
forecast-error = Aus { $days } Tagen gelernt. Wie weit Vorhersagen von dem abweichen, was geschieht, ist in docs/forecast.md gemessen.
notice-runs-out-title = Das Kontingent endet vor dem nächsten Reset
notice-runs-out = Alle Profile werden verbraucht sein: ab { $from } bis { $until }.
notice-runs-out-open = Alle Profile werden verbraucht sein: ab { $from }.
notice-returned-title = { $profile } ist wieder bereit
notice-returned = Sein { $limit ->
    [five_hours] 5-Stunden-Limit
    [week] Wochenlimit
   *[other] Limit
  } wurde zurückgesetzt, { $left }.
notice-returned-plain = Sein { $limit ->
    [five_hours] 5-Stunden-Limit
    [week] Wochenlimit
   *[other] Limit
  } wurde zurückgesetzt.
notice-test-kind = Test: { $kind }

## Alerts in the settings.

setting-alert-five-hours = Anteile der 5-Stunden-Fenster aller Profile in Prozent, bei denen `low` benachrichtigt. Bei [] geschieht das für diese Fenster nie.
setting-alert-week = Dasselbe für die Wochenfenster.
setting-quiet-hours = Zwischen diesen Zeiten kommt keine Mitteilung; an ihrem Ende kommt, was dann noch wichtig ist. Ein Ende, das nicht nach dem Beginn liegt, ist am nächsten Tag.
setting-work-days = Die Tage, an denen Sie arbeiten, für `rotunda forecast`: aus dem Verbrauch gelernt oder diese.
setting-work-hours = Die Stunden, in denen Sie arbeiten, für `rotunda forecast`: aus dem Verbrauch gelernt oder diese.
setting-notice-returned = Benachrichtigen, wenn ein verbrauchtes Profil wieder bereit ist, während andere bedient haben.
setting-notice-forecast = Benachrichtigen, wenn laut Vorhersage alle Profile binnen eines Tages und vor dem nächsten Reset verbraucht sind.
alerts-five-hours = Benachrichtigen bei diesem Rest von 5 Stunden (%)
alerts-week = Benachrichtigen bei diesem Rest der Woche (%)
alerts-shares-example = Zum Beispiel 50, 20, 5
alerts-quiet = Ruhezeit
alerts-quiet-from = von
alerts-quiet-to = bis
alerts-quiet-text = In dieser Zeit erscheint nichts. An ihrem Ende kommt, was dann noch wichtig ist.
alerts-test = Test senden
alerts-test-of = Test für „{ $kind }“ senden
alerts-test-text = Ein System kann Mitteilungen still verwerfen. Ein Test zeigt es.
alerts-work = Arbeitszeit, für die Vorhersage
alerts-work-days = Tage
alerts-work-hours = Stunden
alerts-work-text = „learned“ richtet sich nach dem Verbrauch der letzten Wochen. Sonst Tage wie mon-fri und Stunden wie 09:00-18:00.
alert-rotated = Codex ist zu einem anderen Profil gewechselt
alert-last = Das letzte bereite Profil ist in Gebrauch
alert-out = Alle Profile sind verbraucht
alert-back = Codex kann weiterarbeiten
alert-signin = Ein Profil braucht eine neue Anmeldung
alert-unbound = Ein anderes Programm hat config.toml geändert
alert-port = Der Router kann nicht starten
alert-low = Über alle Profile ist wenig übrig
alert-credits = Credits werden ausgegeben
alert-resets = Ein angesparter Reset verfällt in zwei Tagen
alert-late = Eine Antwort beginnt lange nicht
alert-returned = Ein verbrauchtes Profil ist wieder bereit
alert-forecast = Das Kontingent endet vor dem nächsten Reset

## Der Stand in einer Zeile, und der Wächter.

status-line-row = { $profile } · { $summary }
status-line-off = Rotunda ist aus
status-line-off-with = Rotunda ist aus · { $row }
status-line-silent = Rotunda antwortet nicht
status-line-silent-with = Rotunda antwortet nicht · { $row }
status-line-field = { $field } ist kein Feld der Zeile; die Felder sind { $fields }.
status-line-brace = Eine Klammer der Vorlage hat kein Gegenstück; eine Klammer selbst wird doppelt geschrieben.
guard-enough = { $profile } hat { $left }; gefragt war nach mindestens { $min }.
guard-too-little = Kein bereites Profil hat noch { $min } übrig: am meisten hat { $profile }, nämlich { $left }.
guard-none-ready = Kein Profil ist bereit.
guard-more = { $what } Mehr wird { $at } erwartet.
guard-unknown = Es ist noch nicht bekannt, was übrig ist; `rotunda quota --refresh` fragt beim Anbieter nach.
guard-no-profile = Es gibt kein Profil mit einem Abo; `rotunda login` fügt eines hinzu.
guard-no-such-profile = Es gibt kein Profil namens „{ $name }“.
guard-waits = Warten, bis { $min } übrig ist. Strg+C beendet das.
guard-off = Rotunda ist aus: das ist sein letzter Stand.

## Hooks: Befehle, die laufen, wenn etwas geschieht.

setting-hook = Befehl, der läuft, wenn die Aktivität eine Zeile dieser Art bekommt. Er bekommt das Ereignis als JSON auf seine Eingabe; `rotunda hooks try` führt ihn aus.
setting-hook-any = Befehl, der bei allem läuft, nach dem der jeweiligen Art.
setting-hook-notice = Befehl, der läuft, wenn die Tray-App dies zu melden hat, ob die Benachrichtigung eingeschaltet ist oder nicht.
hook-code = er endete mit { $code }
hook-signal = ein Signal beendete ihn
hook-too-long = er lief länger als { $seconds ->
    [one] { $seconds } Sekunde
   *[other] { $seconds } Sekunden
  } und wurde beendet
hook-not-started = er konnte nicht gestartet werden: { $error }
hook-test = Dies ist ein Test des Hooks { $hook }. Es ist nichts geschehen.
hook-worked = Der Hook { $hook } hat funktioniert.
hooks-none = Kein Hook ist gesetzt; `rotunda hooks --all` nennt die Arten, und `rotunda settings set hooks.ART BEFEHL` setzt einen.
hooks-not-set = Der Hook { $hook } hat keinen Befehl; `rotunda settings set hooks.{ $hook } BEFEHL` setzt einen.
error-no-hook = { $hook } ist keine Art von Hook; `rotunda hooks --all` nennt sie.
activity-hook-failed = Der Hook { $hook } ist fehlgeschlagen: { $why }.
activity-hooks-left-out = Befehle von Hooks wurden ausgelassen, weil hinter dem Hook { $hook } zu viele warteten.

## Nutzung nach Tag, Modell, Profil, Sitzung und Projekt.

setting-usage-keep = Wie viele Tage die Nutzung (`rotunda usage`) aufbewahrt wird.
setting-usage-names = Ob die Namen von Projekten mit der Nutzung aufbewahrt werden. Sonst ist ein Projekt eine Nummer, die nichts über Namen und Ordner verrät; beim Ausschalten werden aufbewahrte Namen gelöscht.
setting-updates = Wo Rotunda einmal am Tag fragt, ob es eine neuere Version gibt: die Adresse einer signierten Angabe. Rotunda zeigt eine neuere Version an und installiert nie eine. "off": Es fragt nicht.
usage-since = { $since } ist kein vergangener Tag: schreiben Sie ein Datum wie 2026-11-01 oder eine Zahl von Tagen wie 30d.
usage-none = Seit { $day } wurde nichts verbraucht.
usage-head-by = { $by ->
    [day] Tag
    [model] Modell
    [profile] Profil
    [session] Sitzung
    [project] Projekt
   *[client] Programm
  }
usage-head-requests = Anfragen
usage-head-input = gelesen
usage-head-cached = gepuffert
usage-head-output = geschrieben
usage-head-reasoning = Denken
usage-head-cost = per API
usage-unknown = unbekannt
usage-no-model = ohne Modell
usage-total = alle
usage-estimate = Per API ist eine Schätzung: Listenpreise von OpenAI, Stand { $date }, normale Verarbeitung, Eingaben bis 272.000 Token. Sie können veraltet sein.
usage-without-price = Ohne Preis und deshalb nicht in der Schätzung: { $models }.
usage-without-price-more = Ohne Preis und deshalb nicht in der Schätzung: { $models } und { $more } weitere.
usage-unmeasured = { $count ->
    [one] { $count } Anfrage hatte
   *[other] { $count } Anfragen hatten
  } keine Zahlen: die Antwort brach ab oder war eine Absage.
usage-left-out = { $count ->
    [one] { $count } Zeile ist
   *[other] { $count } Zeilen sind
  } nicht aufgeführt, aber in der Summe.

## Das Fenster: Hooks, in den Einstellungen.

window-hooks-title = Hooks
window-hooks-text = Ein Befehl von Ihnen für jede Art von Ereignis. Er bekommt das Ereignis als JSON auf seine Eingabe und läuft höchstens 30 Sekunden, einer nach dem anderen; Beispiele stehen in docs/hooks.md.
window-hooks-command = Befehl für
window-hooks-add = Hinzufügen für
window-hooks-choose = Art wählen…
window-hooks-try = Probieren
window-hooks-try_it = Den Hook { $kind } probieren
window-hooks-remove = Entfernen
window-hooks-remove_it = Den Hook { $kind } entfernen

## Das Fenster: was verbraucht wurde, in der Aktivität.

window-spent-title = Was verbraucht wurde
window-spent-copy = Als CSV kopieren
window-spent-by = Nach
window-spent-by-day = Tag
window-spent-by-model = Modell
window-spent-by-profile = Profil
window-spent-by-session = Sitzung
window-spent-by-project = Projekt
window-spent-by-client = Programm
window-spent-days = Aus
window-spent-last = { $count ->
    [one] dem letzten Tag
   *[other] den letzten { $count } Tagen
  }
window-spent-none = In dieser Zeit wurde nichts verbraucht.
window-spent-chart = Token nach { $by }
window-spent-sum = { $read } gelesen, davon { $cached } gepuffert; { $written } geschrieben; per API { $cost }
window-spent-read = Gelesen
window-spent-cached = Gepuffert
window-spent-written = Geschrieben
window-spent-reasoning = Denken
window-spent-cost = Per API
window-spent-total = Alle
window-spent-unknown = Unbekannt
window-spent-estimate = Per API ist eine Schätzung: Listenpreise von OpenAI, Stand { $date }, normale Verarbeitung. Sie können veraltet sein.
window-spent-without_price = Ohne Preis: { $models }.
window-spent-unmeasured = { $count ->
    [one] { $count } Anfrage hatte
   *[other] { $count } Anfragen hatten
  } keine Zahlen: die Antwort brach ab oder war eine Absage.
window-spent-left_out = { $count ->
    [one] { $count } Zeile ist
   *[other] { $count } Zeilen sind
  } nicht aufgeführt, aber in der Summe.

## Das Fenster: aufbewahrte Nutzung, in den Einstellungen.

window-kept-title = Aufbewahrte Nutzung
window-kept-days = Aufbewahren für
window-kept-unit = Tage
window-kept-names = Namen von Projekten aufbewahren
window-kept-names_text = Sonst ist ein Projekt eine Nummer, die nichts über Namen und Ordner verrät. Beim Ausschalten werden aufbewahrte Namen gelöscht.
window-updates-title = Neuere Versionen
window-updates-address = Einmal am Tag diese Adresse fragen
window-updates-text = Nur eine Angabe, die mit dem Schlüssel dieses Programms signiert ist, wird verwendet. Rotunda zeigt eine neuere Version an und installiert nie eine.

## Regeln je Projekt: `rotunda project` und das Fenster.

done-project-added = Ab jetzt bedient nur { $profiles } { $place }.
done-project-removed = Jedes Profil darf { $place } wieder bedienen.
error-no-project = Für { $place } gibt es keine Regel; `rotunda project list` zeigt die Regeln.
project-none = Es gibt keine Regel je Projekt: Jedes Profil darf jedes Projekt bedienen. `rotunda project add` legt eine an.
project-missing = { $profile } (kein solches Profil)
project-no-profile = kein Profil: dort bedient nichts
project-free = Für { $place } gilt keine Regel: Jedes Profil darf dort bedienen.
project-holds-folder = Nur { $profiles } bedient { $place }, wegen der Regel für den Ordner { $rule }.
project-holds-repository = Nur { $profiles } bedient { $place }, wegen der Regel für das Repository { $rule }.
project-holds-none = Kein Profil bedient { $place }, weil seine Regeln kein vorhandenes Profil gemeinsam haben.
project-not-there = { $place } ist nicht vorhanden. Geben Sie einen vorhandenen Ordner oder die Adresse eines Repositorys an.
project-no-address = { $place } ist keine Adresse eines Repositorys; eine solche ist github.com/ada/engine.
project-other-clones = Andere Klone dieses Repositorys sind nicht gemeint. Eine Regel für seine Adresse gilt für alle: rotunda project add { $address } --profiles { $profiles }
run-rule = Die Regel für { $place } lässt hier nur { $profiles } bedienen.
run-rule-excludes = Die Regel für { $place } lässt hier nur { $profiles } bedienen, { $profile } also nicht. `rotunda project remove` entfernt die Regel.
run-rule-no-profile = Die Regeln für { $place } lassen hier kein Profil bedienen. `rotunda project show` sagt, welche Regeln das sind.
window-projects-title = Projekte
window-projects-text = Eine Regel lässt nur die gewählten Profile die Arbeit in einem Ordner oder Repository bedienen, etwa für Daten eines Kunden mit dessen Tarif. Etwas anderes wird dort nicht verwendet, auch wenn sie verbraucht sind.
window-projects-none = Noch keine Regel: Jedes Profil darf jedes Projekt bedienen.
window-projects-place = Ordner oder Adresse eines Repositorys
window-projects-place_hint = /home/ada/clients/engine oder github.com/ada/engine
window-projects-profiles = Profile
window-projects-of = Profile für { $place }
window-projects-add = Regel hinzufügen
window-projects-remove = Entfernen
window-projects-remove_it = Regel für { $place } entfernen
window-projects-missing = { $profile } (kein solches Profil)
window-projects-no_profile = Keines der Profile ist vorhanden, daher bedient hier nichts.

## Other programs than Codex.

done-client-added = { $client } hinzugefügt.
done-client-revoked = Schlüssel von { $client } widerrufen.
done-client-renewed = { $client } hat einen neuen Schlüssel. Der bisherige öffnet nichts mehr.
note-clients-off = Andere Programme sind ausgeschaltet: Ihre Schlüssel öffnen nichts bis `rotunda settings set clients.responses true` (oder `clients.messages` für Claude Code, `clients.chat` für Chat Completions).
clients-on = Andere Programme sind eingeschaltet. Die Adresse der API ist { $url }.
clients-terms = Ein ChatGPT-Plan wird für bestimmte Programme verkauft. Ob er ein anderes bedienen darf, entscheiden die Bedingungen des Anbieters; Rotunda weiß es nicht, und der Anbieter kann ein Konto einschränken oder schließen, das gegen sie verstößt.
clients-switch-off = `rotunda settings set { $switch } false` schaltet andere Programme sofort aus.
client-key = Das ist sein Schlüssel. Er wird jetzt gezeigt und nie wieder:
client-all-profiles = jedes Profil
client-no-profile = kein Profil: die genannten gibt es nicht mehr
clients-none = Es gibt keine anderen Programme. `rotunda client add NAME` fügt eines hinzu.
error-no-client = Es gibt kein Programm namens „{ $client }“. `rotunda client list` nennt sie.
error-client-name = Ein Programm braucht einen Namen mit 1 bis 40 sichtbaren Zeichen.
error-client-name-taken = Ein anderes Programm heißt schon so; wähle einen anderen Namen.
error-clients-many = Es gibt { $most } Programme, und mehr können es nicht sein. Widerrufe zuerst eines.
error-client-key = Das ist kein Schlüssel, wie Rotunda ihn für andere Programme macht.

## Other programs, in the window.

window-clients-title = Andere Programme
window-clients-switch = Programme, die die Responses-API sprechen, dürfen meine Profile nutzen
window-clients-switch_means = Jedes Programm bekommt einen eigenen Schlüssel (rotunda client add NAME) und nutzt die API unter { $url }.
window-clients-switch_messages = Programme, die die Messages-API sprechen, dürfen meine Profile nutzen: Claude Code (rotunda run --client NAME)
window-clients-switch_chat = Programme, die Chat Completions sprechen, dürfen meine Profile nutzen
window-clients-terms = Ein ChatGPT-Plan wird für bestimmte Programme verkauft. Ob er ein anderes bedienen darf, entscheiden die Bedingungen des Anbieters; Rotunda weiß es nicht, und der Anbieter kann ein Konto einschränken oder schließen, das gegen sie verstößt. Du kannst das hier jederzeit ausschalten.
window-clients-none = Kein Programm hat einen Schlüssel.
window-clients-all_profiles = Jedes Profil
window-clients-no_profile = Kein Profil: die genannten gibt es nicht mehr
window-clients-revoke = Widerrufen
window-clients-revoke_of = Schlüssel von { $name } widerrufen
window-clients-revoked = Der Schlüssel von { $name } ist widerrufen.

## A newer version.

# version: such as 0.2.0; page: the address where it is to be had.
update-newer = Rotunda { $version } ist erschienen: { $page }
update-forged = Was unter updates.address steht, ist nicht mit dem Schlüssel dieses Programms signiert. Es wurde nicht verwendet.
update-older = Was unter updates.address steht, ist älter als das, was vorher dort stand. Es wurde nicht verwendet.
update-malformed = Was unter updates.address steht, ist signiert, nennt aber keine Version von Rotunda. Es wurde nicht verwendet.
update-not-reached = updates.address hat nicht geantwortet. Rotunda fragt in einem Tag wieder.
update-no-key = Dieser Bau von Rotunda hat keinen Schlüssel, um den Hinweis auf eine neuere Version zu prüfen, und fragt updates.address deshalb nicht.
