### Rotunda の文言、日本語。メッセージと変数は en.ftl と同じです（テストで比較します）。

## The language's own name, as the window's settings list it.

language-name = 日本語

## A text of the system or of another program, as it is.

quoted = { $text }

## Numbers and times.

number-left = 残り { $share }
number-out = 使い切り
number-low = 残りわずか、{ $left }
span-none = 今
span-minutes = { $minutes } 分
span-hours = { $hours } 時間
span-hours-minutes = { $hours } 時間 { $minutes } 分
span-days = { $days } 日
span-days-hours = { $days } 日 { $hours } 時間
reset-now = まもなくリセット
reset-in = { $span }後にリセット

## A time after a verb: "continues at 14:05".

time-at-today = { $clock }

## A time after "until", and one that is not today.

time-today = { $clock }
time-tomorrow = 明日 { $clock }
time-weekday = { $weekday ->
    [1] 月曜
    [2] 火曜
    [3] 水曜
    [4] 木曜
    [5] 金曜
    [6] 土曜
   *[7] 日曜
  } { $clock }
time-date = { $month }月{ $day }日 { $clock }
updated-now = たった今更新
updated-minutes = { $minutes } 分前に更新
updated-hours = { $hours } 時間前に更新
updated-days = { $days } 日前に更新
updated-long-ago = 最後に確認した値

## The tray's first line and the window's head.

headline-cant-listen = ポート { $port } で待ち受けできません
headline-keychain-locked = 続けるにはキーチェーンのロックを解除してください
headline-keychain-denied = 続けるには Rotunda にキーチェーンの項目を許可してください
headline-no-keychain = 利用できるキーチェーンがありません
headline-not-saved = { $profile } のサインインがまだ保存されていません
headline-keychain-silent = キーチェーンが応答しません
headline-no-collection = キーチェーンに既定のキーリングがありません
headline-binding-changed = 接続が Rotunda の外で変更されました
headline-no-profile = 始めるにはプロファイルを追加してください
headline-not-bound = Codex は接続されていません
headline-router-stopped = Codex は待機中：ルーターが動いていません
headline-all-out = すべてのプロファイルを使い切りました · { $at } に再開
headline-using = Codex は { $profile } を使用中
headline-using-left = Codex は { $profile } を使用中 · { $left }
headline-none-ready = 使えるプロファイルがありません
headline-ready = Codex は接続済み · { $count } 個のプロファイルが使えます

## What a click on the first line opens.

headline-opens = { $headline }…
headline-fix = { $headline } · 修復…
headline-sign-in-again = { $headline } · もう一度サインイン…

## The line under the first line.

outlook-no-profile = お持ちの ChatGPT プランごとに一度サインインしてください。
outlook-waits = すべてのプロファイルを使い切りました。Codex は待機し、{ $at } に { $profile } で続行します。
outlook-out = すべてのプロファイルを使い切りました。{ $at } に { $profile } がリセットされると Codex は続行できます。
outlook-next-profile = 次のプロファイル
outlook-ready = { $all } 個中 { $ready } 個のプロファイルが使えます
outlook-ready-next = { outlook-ready }、次のリセットは { $until }

## A profile's row, after its name.

summary-out = { $until } まで使い切り
summary-resting = { $until } まで休止
summary-needs-sign-in = もう一度サインイン
summary-sign-in-again = { summary-needs-sign-in }…
summary-no-codex = Codex を含まないプラン
summary-paused = 一時停止中
summary-ready = 使用可能
summary-resets = { $left }、{ $resets }
summary-week = { $left } · 週 { $week }
summary-last-known = { $summary } · 最後に確認した値
summary-not-saved = { $summary } · 未保存

## Why a profile takes no work.

reason-no-codex-until = OpenAI によると、このプランには Codex が含まれていません。{ $at } にもう一度試します。
reason-no-codex = OpenAI によると、このプランには Codex が含まれていません。次のリクエストでもう一度試します。
reason-resting = { $cause ->
    [five_hours] 5 時間の上限に達しました。
    [week] 週の上限に達しました。
    [credits] プランを使い切りました。設定により、クレジットは今は使われません。
    [trouble] OpenAI がリクエストの処理に失敗しました。
   *[limit] 上限に達しました。
  }
reason-sign-in-ended = OpenAI がこのサインインを終了しました。
reason-paused = あなたが一時停止しました。
reason-own-account-out = Codex 自身のアカウントは上限に達しました。戻るまで、Codex のターミナル画面がメッセージをキューに留めたり、モデルを gpt-reserve に変えたりすることがあります。

## The second line of Codex's config.toml, which is written while Codex's own account is out.

second-line-what = Codex 自身のアカウントが上限に達していて、他のプロファイルが使える間、Rotunda は config.toml に 2 行目（chatgpt_base_url）を書き、Codex のターミナル画面が続けられるようにします。この行がある間は、Rotunda がクラッシュすると Rotunda が戻るまで Codex は起動せず、コネクタは使えず、Codex のエラー文に Rotunda のキーが表示されることがあります。
second-line-stands = Codex 自身のアカウントが上限に達していて、他のプロファイルが使えるため、config.toml に 2 行目（chatgpt_base_url）があります。Codex はプロファイル全体の残りを読み取ります。その間、コネクタは使えません。
second-line-due = 2 行目を書く条件がそろいました。ルーターの応答を確認してから書きます。
second-line-off = 2 行目はオフです。
second-line-foreign = 2 行目はオンですが、ありません。config.toml にあなたの chatgpt_base_url があり、Rotunda はそれを変更しません。
second-line-not-bound = 2 行目はオンですが、ありません。Codex はバインドされていません。
second-line-not-serving = 2 行目はオンですが、ありません。ルーターが応答していません。
second-line-own-unknown = 2 行目はオンですが、ありません。Codex 自身のアカウントがプロファイルにないため、上限に達したかどうかが分かりません。
second-line-own-served = 2 行目はオンですが、ありません。Codex 自身のアカウントは上限に達していません。
second-line-no-other = 2 行目はオンですが、ありません。Codex 自身のアカウント以外に使えるプロファイルがありません。
note-second-line-off = 2 行目はオフで、config.toml にありません。

## A renewed sign-in that is not saved yet.

not-saved = 更新したサインインがまだ保存されていません：{ $cause }。{ $help }。その後 Rotunda が自動で保存します。その前に Rotunda が終了すると失われます。
not-saved-locked = キーチェーンがロックされています
not-saved-locked-help = キーチェーンのロックを解除してください
not-saved-denied = アクセスが拒否されました
not-saved-denied-help = Rotunda にサインインの保存場所を許可してください
not-saved-keychain-help = キーチェーンが応答するか確認してください
not-saved-file-help = ディスクの空きを増やし、Rotunda が書き込めるか確認してください

## Where the pace of a quota window leads.

pace-even = 均等なペース
pace-lasts = リセットまで足ります
pace-out = このペースでは { $at } に使い切り

## The place where sign-ins are kept.

vault-in-file = サインインは、あなたのどのプログラムでも読めるファイルにあります。`rotunda vault move keychain` でキーチェーンに移せます。
vault-locked = キーチェーンがロックされています。解除すると Codex は続行します。解除できない場合は、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください。
vault-dismissed = キーチェーンがロックされており、パスワードの入力画面が閉じられました。ロックを解除するか、更新してもう一度表示してください。解除できない場合は、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください。
vault-not-answering = キーチェーンが応答しません。キーチェーンを提供するプログラムを再起動するか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください。
vault-no-collection = キーチェーンに既定のキーリングがありません。キーチェーンのプログラムで作成して既定にするか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください。
vault-cannot-save = キーチェーンは読み取れますが、保存できません。書き込めるようにするか、`rotunda vault move file` を実行してサインインを専用のファイルに保存してください。
vault-denied = キーチェーンがアクセスを拒否しました。Rotunda に自分の項目を許可すると、Codex は続行します。
vault-no-keychain = 利用できるキーチェーンがありません。起動するか（Linux では gnome-keyring などの Secret Service）、settings.toml で `vault = "file"` と設定してサインインを専用のファイルに保存し、もう一度サインインしてください。
vault-no-file = サインインのファイルを使えません。Rotunda のデータフォルダーにある vault.json を読み書きできるか確認してください。
vault-broken = 保存されているサインインを読み取れません。プロファイルごとにもう一度サインインしてください。

## Codex's config.toml.

binding-stale = Codex は { $url } を指していますが、Rotunda はもうそこで待ち受けていません。
binding-foreign = Codex は { $url } を指しています。
binding-unreadable = { $line } 行目：{ $error }。
binding-failed = 読み取れません：{ $error }。
binding-other-provider = Codex は config.toml のプロバイダー「{ $provider }」を使うため、この行は効果がありません。

## Another file that decides where Codex connects.

override-managed-address = 管理者の { $file } が、config.toml に関係なく Codex を { $address } に接続させます。そこで Rotunda のアドレスを許可するよう管理者に依頼してください。
override-managed-provider = 管理者の { $file } が、config.toml に関係なく Codex にプロバイダー「{ $provider }」を使わせます。内蔵のプロバイダーを許可するよう管理者に依頼してください。
override-managed-unreadable = 管理者の { $file } を読み取れません（{ $reason }）。このままでは Codex は起動しません。管理者に知らせてください。
override-env-proxy = { $file } の { $variable } により、Codex はこのコンピューター宛ての通信をプロキシに送ります。そこに NO_PROXY=127.0.0.1,localhost の行を追加してください。
override-env-address = { $file } は OPENAI_BASE_URL を { $address } に設定しています。Codex は config.toml に従い無視しますが、ほかのプログラムは使うかもしれません。不要なら行を削除してください。
override-open = { $file } には Rotunda のキーがあり、このコンピューターのほかのユーザーにも開かれています。`chmod 600` で自分だけのものにできます。
override-read-only-tool = { $file } は { $tool } が書き込むため読み取り専用です。`rotunda bind --print` が出力する行をその元のファイルに追加してください。
override-read-only = { $file } は読み取り専用です。接続する前に書き込みを許可してください。ツールが書き込んでいる場合は、`rotunda bind --print` が出力する行をその元のファイルに追加してください。

## Check: what is between Codex and OpenAI.

check-codex-missing = Codex コマンドが見つかりません。デスクトップアプリは、なくても動きます。
check-codex-at = { $version } は { $path } にあります。
check-codex-silent = { $path } がバージョンを返しません。
check-app-none = デスクトップアプリの Codex は見つかりません。コマンドには不要です。
check-app-at = デスクトップアプリの { $version } は { $path } にあります。
check-app-silent = デスクトップアプリの { $path } がバージョンを返しません。
check-proxy-named = { $variable } により、このコンピューター宛ての通信までプロキシに送られます。
check-proxy-of-system = システムの設定により、このコンピューター宛ての通信までプロキシに送られます。
check-proxy-proof = { $finding }ルーターへのリクエストは { $place } に届きました。
check-proxy-unanswered = { $finding }ルーターへのリクエストに応答がありませんでした。
check-way-straight = ルーターへのリクエストは、プロキシを通らず直接届きます。
check-sockets-to-proxy = { $variable } により、Codex の WebSocket 接続はプロキシに送られます。ほかのリクエストは NO_PROXY により直接届きます。
check-no-proxy = この環境には、このコンピューター宛ての通信を受け取るプロキシはありません。
check-bound = Codex は { $file } の 1 行で接続されています。
check-not-bound = Codex は接続されておらず、自身のサインインを使います。
check-foreign = { $finding }ほかのプログラムかあなたが設定したものです。
check-unreadable = { $file } を読み取れません。{ $finding }
check-router-stopped = ルーターが動いていません。
check-router-awaited = { $finding }Codex は接続済みで、ルーターを待っています。
check-router-answers = ルーターは 127.0.0.1:{ $port } で応答しています。
check-router-answers-with = ルーターは Codex のアドレスに { $status } を返しました。
check-router-silent = ルーターが応答しません：{ $error }。
check-guards = ルーターはキーを知らないプログラムを拒否します。
check-guards-not = ルーターはキーのないプログラムに { $status } を返しました。
check-reaches = Codex 自身の診断はルーターに届きます。
check-reaches-not = Codex 自身の診断がルーターに届きません：{ $error }。
check-no-layers = 別の場所を指す Codex のプロファイルファイルはありません。
check-layer = { $file } は独自のアドレスかプロバイダーを指定しています。`codex --profile { $profile }` では Codex はここを通りません。
check-own-sign-in = Codex には自身のサインインがあり、そのアプリが必要としています。
check-own-ended = Codex 自身のアクセスは { $date } に終了しました。必要になれば Codex が更新します。
check-own-in-keychain = Codex にはキーチェーンに自身のサインインがあり、そのアプリが必要としています。
check-own-unread = Codex は自身のサインインをキーチェーンに保存していますが、キーチェーンには問い合わせていません。会話には不要です。
check-own-in-memory = Codex は自身のサインインを実行中だけ保持します。会話には不要です。
check-own-encrypted = Codex は自身のサインインを、Codex だけが開ける暗号化ファイル { $file } に保存しています。会話には不要です。
check-own-absent = Codex 自身のサインインはありません。会話には不要です。
check-own-not-shared = Codex 自身は{ $kind }でサインインしており、Rotunda はこれを共有できません。会話には不要で、何もする必要はありません。
check-own-of-variable = Codex 自身は変数 { $variable } の{ $kind }でサインインしており、Rotunda はこれを共有できません。会話には不要で、何もする必要はありません。
check-own-unreadable = Codex 自身のサインインを読み取れません：{ $error }。
check-authorities-unusable = { $variable } が指す認証局のファイルに PEM 形式の証明書がないか、ファイルを読み取れません。
check-upstream-away = 現在ここから OpenAI に接続できません。
check-upstream-there = OpenAI に接続できます。
check-clock-right = OpenAI に接続でき、このコンピューターの時計も正確です。
check-clock-fast = このコンピューターの時計は { $seconds } 秒進んでいます。サインインの期限がずれます。
check-clock-slow = このコンピューターの時計は { $seconds } 秒遅れています。サインインの期限がずれます。
check-clock-by-certificate = OpenAI の証明書は、このコンピューターの日付 { $date } では有効ではありません。時計が誤っているか、ほかのプログラムが OpenAI の代わりに応答しています。
check-no-profile = プロファイルがないため、Rotunda は Codex に応えられません。
check-none-ready-yet = { $headline }。
check-none-ready = Codex に使えるプロファイルがなく、自動で戻るものもありません。
check-signed-out = { $all } 個中 { $ready } 個のプロファイルが Codex に使えます。{ $out } 個はもう一度サインインが必要です。
check-ready = 現在 { $all } 個中 { $ready } 個のプロファイルが Codex に使えます。
check-orphans = プロファイルのないサインインが { $count } 個保存されています。
check-own-account-out = Codex 自身のアカウント（プロファイル { $profile }）は上限に達しました。戻るまで、他のプロファイルが使えても、Codex のターミナル画面がメッセージをキューに留めたり、モデルを gpt-reserve に変えたりすることがあります。
check-missed-profiles = 使えるプロファイルに問い合わせないままエラーで終わったターンが { $count } 件あります。これは Rotunda の不具合です。
check-vault-unchecked = 設定を読み取れないため、確認していません。
check-vault-silent = キーチェーンが応答しません。
check-vault-empty = キーチェーンは応答しますが、最初のプロファイルのサインインがありません。
check-vault-keychain = サインインはシステムのキーチェーンにあり、キーチェーンは応答し保存できます。
check-vault-keychain-named = サインインはシステムのキーチェーン（{ $provider }）にあり、キーチェーンは応答し保存できます。
check-vault-plain-sessions = { $finding }暗号化セッションがないため、秘密情報はあなたのプログラムだけが開けるソケットを平文で通ります。
check-vault-file = サインインはキーチェーンではなく専用のファイルにあります。
check-vault-not-saving = サインインは読み取れますが、テスト項目を保存できませんでした：{ $error }。
check-vault-refused = サインインを読み取れません：{ $error }。
check-settings-bad = 設定を使えません：{ $error }。
check-settings-warn = { $warning }。
check-settings-read = 設定を読み取れます。
check-nothing-written = Rotunda はまだ何も書き込んでいません。
check-writable = { $folder } に書き込めます。
check-not-writable = { $folder } に書き込めません：{ $error }。
check-log = ログは { $path } です。
check-no-log = ログはまだありません。実行中の Rotunda が { $path } に書き込みます。
check-login-unchecked = ログイン時の起動はここでは確認しません。ウィンドウの設定に表示されます。
check-login-off = Rotunda はログイン時に起動しません。
check-login-app = トレイアプリは { $program } からログイン時に起動します。
check-login-router = ルーターはトレイなしで { $program } からログイン時に起動します。
check-login-no-command = Rotunda はログイン時に起動しません：{ $entry } に読み取れるコマンドがありません。
check-login-inactive = Rotunda はログイン時に起動しません：{ $entry } は `{ $line }` の行で無効になっています。
check-login-unit = ルーターは systemd ユニット rotunda.service によりログイン時に起動します。
check-login-gone = { $entry } はログイン時に { $program } を起動しますが、そこにありません。
check-wsl-windows-shared = Windows の Codex は { $folders } に独自の config.toml を持ち、この Rotunda は自動では接続しません。両側はポートを共有しているため、そのフォルダーで `rotunda bind --codex-home` を実行すると接続できます。または Windows にも Rotunda をインストールし、設定で別のポートにしてください。
check-wsl-windows-apart = Windows の Codex は { $folders } に独自の config.toml を持ちます。WSL は独立したネットワークのため、WSL 内のルーターには届きません。使う場合は Windows に Rotunda をインストールしてください。
check-wsl-linux-shared = WSL（{ $names }）内の Codex は独自の config.toml を持ち、この Rotunda は自動では接続しません。両側はポートを共有しているため、そのフォルダー（例：\\wsl.localhost\Ubuntu\home\you\.codex）で `rotunda bind --codex-home` を実行すると接続できます。または WSL 内にも Rotunda をインストールし、設定で別のポートにしてください。
check-wsl-linux-apart = WSL（{ $names }）内の Codex は独自の config.toml を持ちます。WSL は独立したネットワークのため、このルーターには届きません。使う場合は WSL 内に Rotunda をインストールしてください。
check-tray-always = このシステムは常にトレイアイコンを表示します。
check-tray-no-session = セッションバスがないためトレイはありません。ルーターには不要です。
check-tray-there = このデスクトップはトレイアイコンを表示します。
check-tray-missing = このデスクトップにはトレイアイコンを表示するものがありません。
check-tray-hangs = トレイアイコンを表示するプログラムが応答しません。
check-tray-silent = セッションバスが応答しないため、トレイの有無は分かりません。

## What Codex itself is signed in with.

auth-kind = { $kind ->
    [chat_gpt] {" "}ChatGPT アカウント
    [api_key] {" "}API キー
    [agent_identity] エージェント ID
    [personal_access_token] 個人アクセストークン
    [bedrock] {" "}Amazon Bedrock{" "}
    [host_tokens] 起動元プログラムのトークン
    [workload_identity] ワークロード ID
   *[access_token] アクセストークン
  }
auth-kind-other = 「{ $name }」という種類のサインイン

## Check: what to do.

fix-name-path = `codex` を PATH に置くか、{ $variable } で場所を指定してください。
fix-install-codex = Codex をもう一度インストールしてください。
fix-install-app = デスクトップアプリをもう一度インストールしてください。
fix-except-loopback = Codex を起動する環境で NO_PROXY=127.0.0.1,localhost を設定してください。
fix-name-authorities = Rotunda と Codex を起動する環境でこの変数を修正し、Rotunda を再起動してください。
fix-switch = `rotunda bind --switch` は、接続を解除するまで内蔵のプロバイダーに切り替えます。
fix-bind = `rotunda bind` でここに接続します。
fix-bind-afresh = `rotunda bind` でその行を最新にします。
fix-bind-or-unbind = `rotunda bind` でここに接続します。`rotunda unbind` で今の内容に戻します。
fix-correct-file = ファイルを直してください。解析できない間、Rotunda は変更しません。
fix-start = アプリか `rotunda serve` を起動してください。
fix-start-or-unbind = アプリか `rotunda serve` を起動するか、`rotunda unbind` を実行してください。
fix-restart-and-see = Rotunda を再起動してください。`rotunda activity` とログに詳細があります。
fix-restart-for-port = ほかのプログラムがポート { $port } で待ち受けている可能性があります。Rotunda を再起動してください。
fix-restart = Rotunda を再起動してください。
fix-ask-codex = `codex doctor` に詳細があります。多くの場合、原因はプロキシか変更された config.toml です。
fix-take-out = その行を削除するか、意図したものなら残してください。
fix-sign-in-in-app = アプリがサインアウトと表示する場合は、そこでもう一度サインインしてください。
fix-sign-in-codex = `codex login` でもう一度サインインしてください。
fix-network = このコンピューターのネットワークと、Rotunda の設定のプロキシを確認してください。
fix-set-clock = 時計を合わせるか、システムの自動調整を有効にしてください。
fix-add-profile = `rotunda login` で追加できます。
fix-wait = 待つか、プロファイルを追加してください。`rotunda profiles` に各プロファイルの再開時刻が表示されます。
fix-see-profiles = `rotunda profiles` に理由が表示されます。もう一度サインインするか再開してください。
fix-take-back = `rotunda import` で一覧を表示し、取り戻せます。
fix-own-account-out = `codex exec` には影響しません。ターミナル画面では、上限に達していないアカウントで Codex 自身にサインインする（`codex login`）か、リセットを待ってください。
fix-second-line-dead = この行があってルーターが動いていない間、Codex のターミナル画面は起動しません。Rotunda を起動するか、`rotunda unbind` を実行してください。
fix-second-line-foreign = 2 行目を使うには config.toml からあなたの chatgpt_base_url を取り除いてください。使わない場合は `rotunda bind --second-line off` でオフにしてください。
fix-report-defect = `rotunda doctor --bundle FILE` のファイルを添えて報告してください。
fix-sign-in-each = `rotunda profiles` で名前を確認し、それぞれ `rotunda login --profile NAME` を実行してください。
fix-sign-in-to = `rotunda login --profile { $profile }` でもう一度サインインしてください。
fix-new-key = API キーが拒否されました。`rotunda remove { $profile }` の後、新しいキーで `rotunda add-key --name { $profile }` を実行してください。
fix-settings-first = 先に設定を直してください。
fix-unlock = ロックを解除してから、もう一度試してください。
fix-unlock-keychain = キーチェーンのロックを解除してから、もう一度試してください。
fix-sign-in-again = `rotunda login --profile NAME` でもう一度サインインしてください。名前は `rotunda profiles` で確認できます。
fix-move-to-keychain = キーチェーンがある場合は `rotunda vault move keychain` を実行してください。
fix-do-one = どれかを行ってから、もう一度試してください。
fix-allow = Rotunda に自分の項目を許可してから、もう一度試してください。
fix-correct-line = その行を直してください。
fix-correct-setting = settings.toml で直すか削除してください。
fix-make-room = 空きを増やすか、フォルダーの権限をあなたのユーザーに戻してください。
fix-login-again = ウィンドウの設定で、ログイン時の起動を一度オフにしてオンに戻してください。
fix-app-indicator = GNOME では AppIndicator 拡張を追加するか、Rotunda をもう一度起動してウィンドウを開いてください。
fix-sign-out = デスクトップからサインアウトし、もう一度サインインしてください。

## The tray menu, its tooltip, the settings' notes and the question before quitting.

menu-tip = Rotunda：{ $headline }
menu-tip-serving = Rotunda：{ $profile } { $summary }。ほか { $others } 個が使えます。
menu-show-all = { $count } 個のプロファイルをすべて表示…
menu-next = 次のプロファイルに切り替え
menu-no-next = ほかに使えるプロファイルがありません
menu-stay = { $profile } に固定
menu-bind = Codex を接続
menu-bind-again = Codex を再接続
menu-unbind = Codex の接続を解除
menu-unreadable = config.toml を読み取れません…
menu-add = プロファイルを追加…
menu-settings = 設定…
menu-get-web-view = WebView2 をインストール…
menu-update = Rotunda { $version } が公開されました…
menu-quit = Rotunda を終了
settings-port-later = ポート { $next } は Rotunda の次回起動から使われます。それまでは { $now } です。
settings-proxy-later = プロキシは Rotunda の次回起動から使われます。
quit-title = Rotunda を終了しますか？
quit-text = Codex は自身のサインインに戻ります。今開いているチャットは Codex の再起動が必要です。
quit-yes = 終了して接続を解除
quit-no = キャンセル

## Why the app does not do what its window or its menu asks.

refusal-unknown = Rotunda は { $command } をそのようには実行できません。何も変更していません。
refusal-no-profile = そのプロファイルはありません。何も変更していません。
refusal-no-place = サインインの保存場所はキーチェーンかファイルです。何も移動していません。
refusal-login-switch = ログイン時の起動はオンかオフです。何も変更していません。
refusal-login-kept = ログイン時の起動を変更できませんでした：{ $error }。
refusal-settings = 何も変更していません：{ $error }。
refusal-answer = 回答を表示できません：{ $error }。

## Notifications.

notice-moved-to = Codex は { $profile } に切り替わりました
notice-moved-often = Codex は 10 分間に { $times } 回切り替わりました
notice-moved-body = { $from } は{ $limit ->
    [five_hours] {" "}5 時間の上限
    [week] 週の上限
   *[other] 上限
  }に達し、{ $until } まで使えません。{ $state }。
notice-has = { $profile } は{ $left }
notice-is-ready = { $profile } は使用可能
notice-chosen = { $profile } を選びました
notice-chosen-body = 新しいチャットで使われ、その後は通常どおり切り替わります。使い続けるには「{ $profile } に固定」を選んでください。
notice-moved-often-body = 現在 { $state }。
notice-last-until = 利用枠が残るのは { $profile } だけです：{ $until } まで { $share }。
notice-last-left = 利用枠が残るのは { $profile } だけです：{ $left }。
notice-last-ready = 使えるのは { $profile } だけです。
notice-out-waits = Codex は { $at } に自動で続行します。
notice-out-body = { $at } に { $profile } がリセットされると Codex は続行できます。
notice-back-left = { $profile } がリセットされました。{ $left }。
notice-back = { $profile } が使えます。
notice-sign-in-title = { $profile } にもう一度サインイン
notice-sign-in-others = { $reason }Codex は{ $others ->
    [1] 別の
   *[other] ほかの { $others } 個の
  }プロファイルで作業を続けます。
notice-low = 全プロファイル合計で残り { $share }
notice-low-out-at = このペースでは { $until } ごろにすべて使い切ります。
notice-low-resets = 次のリセットは { $at } です。
notice-last-title = 最後のプロファイルを使用中
notice-out-title = すべてのプロファイルを使い切りました
notice-back-title = Codex を続行できます
notice-unbound-title = Codex は Rotunda を使っていません
notice-unbound-body = ほかのプログラムが config.toml を変更しました。
notice-port-title = Rotunda のルーターを起動できません
notice-test-title = 通知は機能しています
notice-test-body = Codex が切り替わったとき、止まったとき、対応が必要なときに、Rotunda がここでお知らせします。
notice-window-broke = Rotunda のウィンドウが予期せず閉じました
notice-window-missing = Rotunda のウィンドウが開きませんでした
notice-window-body = Codex には影響ありません。トレイからウィンドウをもう一度開いてください。
notice-web-view-missing = WebView2 がインストールされていません。{ $page } からインストールし、ウィンドウをもう一度開いてください。Codex には影響ありません。
notice-sign-in = サインイン
notice-bind = 再接続
notice-no-tray = このデスクトップにはトレイがないため、Rotunda はウィンドウを開きます。ウィンドウを閉じると Codex の接続が解除され、Rotunda が終了します。GNOME では AppIndicator 拡張を入れるとトレイが使えます。

## Activity: profiles and requests.

activity-removed-profile = 削除されたプロファイル

## Follows a profile's name.

activity-cause = { $cause ->
    [five_hours] は 5 時間の上限に達しました
    [week] は週の上限に達しました
    [credits] はプランを使い切り、クレジットの使用は許可されていません
    [trouble] は上流で問題が起きました
   *[limit] は上限に達しました
  }
activity-rotated = { $from } から { $to } に切り替えました：{ $from } { activity-cause }。
activity-rotated-until = { $from } から { $to } に切り替えました：{ $from } { activity-cause }。{ $at } に戻ります。
activity-reordered = { $from } から { $to } に切り替えました：現在の順番では { $to } が先頭です。{ $from } も引き続き使えます。
activity-rested = { $profile } { activity-cause }。{ $until } まで休止します。
activity-limit-reached = { $profile } は上限 { $limit } に達しました（{ $until } まで）。ほかのモデルは引き続き使えます。
activity-limit-reset = { $profile } の上限 { $limit } に再び空きができました。
activity-recovered = { $profile } が再び使えます。
activity-chain-lost = 上流が会話を記憶していなかったため、Codex に全体を再送させました。失われたものはありません。
activity-chain-lost-of = 上流が { $profile } の会話を記憶していなかったため、Codex に全体を再送させました。失われたものはありません。
activity-credits-spent = { $profile } のクレジットが使われています。{ credits-cause }。
activity-credits-spent-of = { $profile } のクレジットが使われています。{ credits-cause }。残高：{ $balance }。
activity-allowed-credits = { $profile } のクレジットの設定：{ $consent ->
    [when_all_out] すべてのプランを使い切ったときに使う
    [always] プランを超えても使う
   *[never] 使わない
  }。
activity-credits-as-all = { $profile } のクレジットには、再び全プロファイル共通の設定が適用されます。
credits-cause = { $cause ->
    [all_out] すべてのプランを使い切ったときの使用を許可したためです
    [always] プランを超えた使用を許可したためです
   *[not_by_consent] クレジットで支払うリクエストは送っていません。プランの範囲内で始まったリクエスト、または別のプログラムによるものです
  }
credits-unlimited = 上限のないクレジット
credits-consent = { $consent ->
    [when_all_out] すべてのプランを使い切ったときに使用
    [always] プランを超えても使用
   *[never] 使用しない
  }
credits-idle = クレジット { $balance }、{ credits-consent }
credits-idle-unknown = クレジット、{ credits-consent }
credits-spending-of = クレジットを使用中：{ $at } から { $before } のうち { $spent }。{ credits-cause }
credits-spending = { $at } からクレジットを使用中。{ credits-cause }
headline-spending-credits = { $profile } のクレジットを使用中
notice-credits = { $profile } のクレジットが使われています
activity-exhausted-until = すべてのプロファイルを使い切りました。Codex は { $at } に続行できます。
activity-exhausted = Codex に使えるプロファイルがなく、自動で戻るものもありません。もう一度サインインするか、再開してください。
activity-rule-exhausted-until = 規則によりこのプロジェクトに使えるのは { $profiles } だけで、すべて使い切りました。Codex はそこで { $at } に続行できます。そこではほかのものは使われません。
activity-rule-exhausted = 規則によりこのプロジェクトに使えるのは { $profiles } だけで、どれも使えません。もう一度サインインするか、再開してください。そこではほかのものは使われません。
activity-waiting = すべてのプロファイルを使い切ったため、リクエストは待機し、{ $at } に続行します。
activity-failed = リクエストが { $attempts } 回の試行後に失敗しました。Codex には { $status } を返し、Codex が自動で再試行します。
activity-failed-of = { $profile } のリクエストが { $attempts } 回の試行後に失敗しました。Codex には { $status } を返し、Codex が自動で再試行します。
activity-not-asked = リクエストはどのプロファイルにも送られませんでした：{ $reason ->
    [resting] 上流の問題により、すべてのプロファイルが休止中です
   *[busy] 空きのあるプロファイルがありません
  }。Codex には { $status } を返し、Codex が自動で再試行します。

## Activity: sign-ins.

activity-refreshed = { $profile } のサインインの期限が近いため、更新しました。
activity-adopted = Codex が更新した { $profile } のサインインを Rotunda が引き継ぎました。両者は 1 つのサインインを共有します。
activity-handed-over = 更新した { $profile } のサインインを Codex に渡しました。両者は 1 つのサインインを共有します。
activity-not-saved = 更新した { $profile } のサインインがまだ保存されていません：{ $error }。現在使用中で、Rotunda は保存をもう一度試します。
activity-saved = 更新した { $profile } のサインインを保存しました。
activity-renewal-refused = OpenAI のサインインサービスは { $profile } の更新に対して{ $answer ->
    [not_json] サインインではない内容
    [too_large] 大きすぎる内容
    [truncated] 途中までのサインイン
    [error_object] 成功扱いのエラー
    [no_access_token] アクセストークンのない内容
    [malformed_access_token] 形式の正しくないアクセストークン
    [malformed_refresh_token] 形式の正しくないリフレッシュトークン
    [another_account] 別のアカウントのサインイン
    [already_ended] すでに期限の切れたサインイン
   *[other] 使えない内容
  }を返しました。現在のサインインはそのままで、Rotunda は後でもう一度要求します。
activity-needs-sign-in = { $profile } は新しいサインインが必要です：{ $code ->
    [refresh_token_expired] サインインの期限が切れました
    [refresh_token_reused] ほかのプログラムが同じサインインを更新したため、これは無効になりました
    [refresh_token_invalidated] サインインが取り消されました
   *[other] OpenAI が 2 回拒否しました
  }。それまでは使われません。
activity-not-entitled = { $profile } は使われません：OpenAI によると、プランに Codex が含まれていません。
activity-interrupted = { $profile } のサインインの更新中に Rotunda が停止しました。今後 OpenAI が拒否する場合は `rotunda login --profile { $profile }` を実行してください。

## Activity: what the user chose.

activity-chosen = { $profile } を選びました：新しい会話で使われます。
activity-pinned = { $profile } に固定しました：固定を解除するまで切り替わりません。
activity-unpinned = 切り替えを再開しました。
activity-paused = { $profile } を一時停止しました：再開するまで使われません。
activity-resumed = { $profile } を再開しました。
activity-reserved = { $profile } の { $percent }% を予備として残します。
activity-reserved-as-all = { $profile } の予備は、全プロファイル共通の値になりました。
activity-wait-ended = リセットを待っていたリクエストを止めました。
activity-added = { $profile } を追加しました。
activity-signed-in = { $profile } に新しくサインインし、使えるようになりました。
activity-removed = { $profile } を削除しました：サインインも削除されました。
activity-signed-out = { $profile } をここでサインアウトしました。
activity-renamed = { $from } の名前を { $to } に変更しました。
activity-vault-moved = { $count } 個のサインインを{ $place ->
    [keychain] キーチェーン
   *[file] 専用のファイル
  }に移動しました。

## Activity: Codex's config.toml, changed by Rotunda.

activity-bound = Codex を接続しました：config.toml の 1 行がここを指しています。
activity-bound-new-key = 新しいキーで Codex を接続しました：config.toml の 1 行がここを指しています。
activity-unbound = Codex の接続を解除しました：config.toml は元に戻りました。
activity-unbound-at-end = Rotunda が終了したため Codex の接続を解除しました：config.toml は元に戻りました。
activity-unbound-unmendable = Codex が動き続けられるように接続を解除しました：その行は Rotunda の以前の起動を指しており、更新できませんでした。
activity-unbound-elsewhere = { $folder } の Codex の接続を解除しました：Rotunda は別の Codex フォルダー用に起動されました。
activity-still-bound-elsewhere = { $folder } の Codex はまだ接続されており、解除できませんでした：{ $error }。
activity-left-as-is = config.toml をそのままにしました：Codex は接続されていません。
activity-restored = config.toml を接続前の状態に戻しました。
activity-restored-kept = { activity-restored }置き換えた内容は { $kept } に残っています。
activity-healed = Codex はまだ Rotunda の以前の起動を指していました：その行を最新にしました。
activity-save-kept = Rotunda が終了したときに config.toml が保存されていました：その内容は { $copy } に残っています。
activity-second-line-written = config.toml に 2 行目（chatgpt_base_url）を書きました。Codex 自身のアカウントは上限に達しており、Codex のターミナル画面はプロファイル全体の残りを読み取ります。
activity-second-line-taken-out = config.toml から 2 行目を取り除きました：{ $reason ->
    [off] オフにされたため
    [not-bound] Codex がバインドされていないため
    [not-serving] ルーターが応答しなかったため
    [own-unknown] Codex 自身のアカウントがプロファイルでなくなったため
    [own-served] Codex 自身のアカウントがまた使えるため
    [no-other] 他に使えるプロファイルがないため
    [left-over] 以前の Rotunda が残していたため
   *[ended] Rotunda が終了したため
}。

## Activity: Codex's config.toml, changed by other programs.

activity-other-serves = Codex はポート { $port } で動く別の Rotunda を指しており、そのままにしました。ここに接続するには Codex を接続してください。
activity-points-elsewhere = ほかのプログラムが config.toml を変更しました。Codex は { $url } を指しています。再接続するか、そのままにしてください。
activity-points-elsewhere-held = { activity-points-elsewhere }そこで待ち受けているのは { $holder } です。
activity-line-taken-out = ほかのプログラムが config.toml から Rotunda の行を削除しました：Codex は自身のサインインを使います。再接続するか、そのままにしてください。
activity-made-unreadable = ほかのプログラムが config.toml を変更し、読み取れなくなりました。{ $error }。直るまで Rotunda は変更しません。
activity-made-unreadable-line = ほかのプログラムが config.toml を変更し、読み取れなくなりました。{ $line } 行目：{ $error }。直るまで Rotunda は変更しません。
activity-other-provider = ほかのプログラムが config.toml をプロバイダー「{ $provider }」に変更しました：Codex はここを通りません。再接続して切り替えるか、そのままにしてください。

## Activity: the router and the place of the sign-ins.

activity-vault-unreadable = サインインを読み取れません：{ $error }。解決すると Codex は続行します。
activity-vault-readable = サインインを再び読み取れます。
activity-port-taken = ポート { $port } は{ $holder }が使用中です。そのプログラムを終了するか、settings.toml で別のポートを設定してください。
activity-port-taken-unbound = ポート { $port } は{ $holder }が使用中です。Codex が動き続けられるように接続を解除しました。そのプログラムを終了するか、settings.toml で別のポートを設定してください。
port-holder-unknown = 別のプログラム
port-holder-of-user = ユーザー { $user } の { $program }{" "}
port-holder-unknown-of-user = ユーザー { $user } のプログラム
activity-store-set-aside = Rotunda のデータベースが壊れていました。{ $file } として残し、読み取れた { $profiles } 個のプロファイルで新しく作りました。`rotunda import` でプロファイルのないサインインを表示できます。
activity-settings-unreadable = ファイルを使えないため、設定はそのままです：{ $error }

## Why something that was asked for was not done.

error-no-profile-of-name = 「{ $profile }」というプロファイルはありません。`rotunda profiles` で一覧を表示できます。
error-gone = このプロファイルはもうありません。
error-import = 何もインポートしていません：{ $error }。
error-import-encrypted = 何もインポートしていません：Codex はサインインを、Codex だけが開ける暗号化ファイル { $file } に保存しています。`rotunda login` でサインインしてください。Codex 自身のサインインは変わりません。
error-import-spent = 何もインポートしていません：OpenAI がリフレッシュトークンを拒否しました。`rotunda login` でサインインしてください。
error-import-not-renewed = 何もインポートしていません：OpenAI のサインインサービスが応答しません。後でもう一度試すか、`rotunda login` でサインインしてください。
error-import-several = 何もインポートしていません：そこには { $count } 個のサインインがあります。すべてインポートするには名前を省き、1 つだけならそのパスを指定してください。
error-import-none = 何もインポートしていません：{ $errors }
error-nothing-to-export = サインインを持つプロファイルがないため、何も書き出していません。
error-no-tray = 何も表示していません。通知を表示するのはトレイアプリだけで、いまは動いていません。
error-short-passphrase = サインインは書き出していません。パスフレーズは { $count } 文字以上にしてください。
error-renewed-meanwhile = 書き出しの間に { $profile } のトークンが更新されたため、ここに残りました。ファイルを削除して、もう一度書き出してください。
error-sealed = { $path } からサインインを取り込んでいません：{ $reason }。
error-import-older = 何もインポートしていません：{ $profile } にはすでに新しいサインインがあります。
error-nothing-changed = 何も変更していません：{ $error }。
error-none-to-stay-on = 固定できるプロファイルがありません。先にサインインしてください。
error-no-other-profile = ほかに使えるプロファイルがないため、Codex はそのままです。
error-reserve = 予備は 0 から 50 パーセントの割合です。何も変更していません。
error-no-sign-in = 待機中のサインインがありません。先に始めてください。
error-no-browser = ブラウザーを開けませんでした。アドレスを自分で開いてください。
error-other-account = { $profile } とは別のアカウントだったため、何も変更していません。{ $profile } のアカウントでサインインするか、別のプロファイルとして追加してください。
error-account-of = { $other } のアカウントだったため、何も変更していません。{ $profile } のアカウントでサインインしてください。
error-no-key = これは API キーではありません：キーは空白のない 1 行です。何も追加していません。
error-known-key = このキーはすでに { $profile } として登録されています。何も追加していません。
error-key-refused = OpenAI がこのキーを拒否しました。作成したページで確認してください。何も追加していません。
error-key-untried = OpenAI の API が応答しないため、キーを確認できませんでした。後でもう一度試してください。何も追加していません。
error-provider-address = これはプロバイダーのアドレスではありません。例: https://api.example.com/v1。何も追加していません。
error-provider-plain = キーが平文でネットワークを通ることになるため、アドレスは https:// で始まるか、このコンピューターを指す必要があります。何も追加していません。
error-provider-extra = アドレスにユーザー名、パスワード、クエリ、フラグメントを含めることはできません。何も追加していません。
error-provider-refused = { $address } はこのキーを受け付けません。確認してもう一度試してください。何も追加していません。
error-provider-untried = { $address } がプロバイダーとして応答しないため、キーを確認できませんでした。アドレスを確認してもう一度試してください。何も追加していません。
error-provider-models = このプロバイダーは独自のモデルを一覧に示していません。`--models A,B` で指定してください。何も追加していません。
error-provider-plan-models = { $models } はプランにもあります。すべてのプランを使い切ったときにこのプロバイダーを使うには、`--fallback` でモデルを指定してください。何も追加していません。
error-own-models-only = { $profile } は、どのプロファイルを選んでも、独自のモデルだけを処理します。Codex でモデルを選んでください: { $models }。
error-vault-fixed = サインインの保存場所は ROTUNDA_VAULT で指定されています。設定を外して Rotunda を再起動してから移動してください。
error-settings-file = 設定ファイルには触れていません：{ $error }。
error-no-export = これは `rotunda export` のファイルではありません。何も変更していません。
error-no-place = サインインの保存場所は `keychain` か `file` です。何も移動していません。
error-vault-there = サインインはすでに{ $place ->
    [keychain] キーチェーン
   *[file] 専用のファイル
  }にあります。
error-vault-copy = コピーしたサインインを読み戻せなかったため、すべて元のままです。
error-vault-left = サインインは移動しましたが、古いコピーを消去できませんでした：{ $error }。次回の起動時にもう一度試します。
error-not-running = ルーターが動いておらず Codex が待ち続けることになるため、Codex を接続していません。先に Rotunda か `rotunda serve` を起動してください。
error-no-codex-there = { $folder } に config.toml も auth.json もないため、Codex を接続していません。
error-other-side-apart = { $folder } の Codex は接続していません。WSL は独立したネットワークのため、このルーターに届きません。Windows のホームフォルダーの .wslconfig で `[wsl2]` の下に `networkingMode=mirrored` を設定するか、その側に Rotunda をインストールしてください。
error-not-other-side = { $folder } は WSL の反対側にないため、Codex を接続していません。このシステムの別の Codex フォルダーには CODEX_HOME を設定してください。
error-overridden = Codex を接続していません。{ $finding }
error-other-provider = Codex は config.toml のプロバイダー「{ $provider }」を使いここを通らないため、接続していません。`rotunda bind --switch` は、接続を解除するまで内蔵のプロバイダーにも切り替えます。
error-no-answer = ルーターが応答しないため、Codex を接続していません：{ $error }。Rotunda を再起動してください。
error-wrong-answer = ルーターの自己確認が { $status } を返したため、Codex を接続していません。Rotunda を再起動してください。
error-bind = Codex の config.toml を変更していません：{ $error }。
error-not-opened = { $path } を開けませんでした：{ $error }。自分で開いてください。
error-no-router = ルーターが動いていません。アプリか `rotunda serve` を起動してから、もう一度試してください。
error-no-profile-yet = プロファイルがまだありません。`rotunda login` で追加できます。
error-test-turns-waiting = すでに { $count } 件のテストが待機中です。どれかが終わるのを待つか取り消してから、もう一度試してください。
error-recording-already = 通信はすでに記録中です。その記録を終了してから、もう一度試してください。
error-no-port = このコマンド用のポートを開けませんでした：{ $error }。もう一度試してください。
error-quota-needs-router = 利用枠は実行中の Rotunda が読み取ります。アプリか `rotunda serve` を起動してから、もう一度試してください。
error-quota-unread = OpenAI が { $profiles } の残りを返しませんでした。1 分後にもう一度試すか、`rotunda activity` を確認してください。
error-key = Codex が使うキーを取得できません：{ $error }。

## Why a profile's name cannot be used.

name-empty = プロファイルには名前が必要です。表示できる文字を 1～40 文字で入力してください。
name-long = この名前は長すぎます。表示できる文字を 1～40 文字で入力してください。
name-invisible = この名前には見えない文字があります。表示できる文字を使ってください。
name-taken = この名前は別のプロファイルで使われています。別の名前にしてください。

## Why a file was not written.

output-taken = { $path } はすでにあるため、何も書き込んでいません。別の名前にしてください。
output-taken-free = { $path } はすでにあるため、何も書き込んでいません。別の名前（例：{ $free }）にしてください。
output-no-folder = { $folder } はフォルダーではないため、何も書き込んでいません。別の場所にしてください。
output-file = 何も書き込んでいません：{ $error }。別の場所にしてください。

## Why the keychain did not give or take something: a clause without a full stop.

vault-error-missing = このプロファイルのサインインがキーチェーンにありません
vault-error-locked = キーチェーンがロックされています。解除するか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください
vault-error-dismissed = キーチェーンがロックされており、パスワードの入力画面が閉じられました。解除するか、`rotunda quota --refresh` でもう一度表示するか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください
vault-error-denied = キーチェーンがアクセスを拒否しました
vault-error-not-answering = キーチェーンが応答しません。提供するプログラムを再起動するか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください
vault-error-no-collection = キーチェーンに既定のキーリングがありません。作成して既定にするか、settings.toml で `vault = "file"` と設定し、もう一度サインインしてください
vault-error-cannot-save = キーチェーンに保存できません（{ $reason }）。書き込めるようにするか、`rotunda vault move file` を実行してサインインを専用のファイルに保存してください
vault-error-unavailable = 利用できるキーチェーンがありません：{ $reason }
vault-error-damaged = キーチェーンの項目を読み取れません：{ $reason }

## Why a sign-in could not be imported: a clause without a full stop.

import-no-sign-in = { $folder } にサインインがありません：Codex はそこでサインアウトしています
import-not-ours = これは Codex の auth.json ではありません：{ $reason }
import-unsupported = この auth.json には Rotunda が使えない種類 { $kind } のサインインがあります
import-encrypted = Codex はサインインを、Codex だけが開ける暗号化ファイル { $file } に保存しています
import-unread = キーチェーンにあり、まだ読み取っていません
import-keychain = Codex はサインインをキーチェーンに保存していますが、{ $error }

## Why config.toml was not changed: a clause without a full stop.

bind-refused = { $path }、{ $reason }。その行を直してから、もう一度試してください
bind-busy = 別の Rotunda が接続を変更中です。少し待ってから、もう一度試してください
bind-restless = { $path } が変更され続けています。書き込んでいるプログラムを閉じてから、もう一度試してください
bind-read-only = { $path } は読み取り専用です。書き込みを許可するか、`rotunda bind --print` が出力する行を、ツールの元のファイルに追加してください
bind-no-backup = 復元できる { $path } のバックアップがありません

## Why there is no sign-in.

login-denied = OpenAI のページでサインインが許可されませんでした。必要なときにもう一度始めてください。
login-page = OpenAI のページがサインインを終了しました（{ $code }）。もう一度始めてください。
login-timed-out = 時間内に応答がなかったため、サインインは終了しました。もう一度始めてください。
login-state-mismatch = この応答は別のサインインのものです。Rotunda が最後に開いたページを使うか、もう一度始めてください。
login-not-an-address = これはサインインが終わったときのアドレスではありません。全体をコピーしてください。http://127.0.0.1 で始まり、コードを含みます。
login-port-taken = サインインにはポート 1455 か 1457 が必要ですが、どちらもほかのプログラムが使用中です。Codex の別のサインインかもしれません。それを終了するか、代わりにコードを使ってください（`rotunda login --device`）。
login-listen = ブラウザーが戻るためのポートを開けませんでした：{ $error }。代わりにコードを使ってください。
login-bad-code = OpenAI が応答を受け付けませんでした：使用済みか、古すぎます。サインインをもう一度始めてください。
login-code-expired = コードは無効になりました。新しいコードを得るには、サインインをもう一度始めてください。
login-no-codes = OpenAI はこのサインインでコードを提供していません。代わりにブラウザーを使ってください。
login-trouble = OpenAI のサインインサービスに問題が起きています（{ $status }）。数分後にもう一度試してください。
login-unreachable = OpenAI のサインインサービスに接続できません。接続を確認してから、もう一度試してください。
login-strange = OpenAI のサインインサービスが想定外の応答を返しました。後でもう一度試してください。
login-clock-ahead = このコンピューターの時計が進んでいるため、新しいサインインがすでに期限切れと見なされます。時計を合わせてから、もう一度サインインしてください。
login-other-workspace = OpenAI は選択したものとは別のワークスペースにサインインしました。もう一度始めて、OpenAI のページでも選択してください。
login-cancelled = サインインを取り消しました。
login-random = システムから乱数を得られないため、安全にサインインできません。

## How a test turn ended.

turn-completed = { $profile } は正常です：Codex が質問し、回答を得ました。
turn-provider-auth-failed = OpenAI が { $profile } のサインインを受け付けません。もう一度サインインしてください。
turn-provider-rate-limited = { $profile } は利用枠を使い切ったか、リクエストが多すぎます。リセット後にもう一度試してください。
turn-provider-invalid-tool-call = OpenAI がこの Codex のツールを拒否しました。Codex を更新してから、もう一度試してください。
turn-provider-compact-unsupported = OpenAI は、この Codex が求める会話の圧縮を提供していません。Codex を更新してください。
turn-provider-stream-disconnected = 回答が繰り返し途切れました。ネットワークを確認してから、もう一度試してください。
turn-provider-http-error = OpenAI がエラーを返しました。しばらくしてから、または別のモデルでもう一度試してください。
turn-provider-unavailable = OpenAI に接続できないか、このモデルに今は空きがありません。しばらくしてからもう一度試してください。
turn-backend-response-invalid = Codex が結果なしで終了しました。Codex を更新してから、もう一度試してください。
turn-backend-json-parse-error = Codex がプロトコルにない内容を出力しました。Codex を更新してから、もう一度試してください。
turn-backend-timeout = Codex が長い間進まなかったため、終了させました。もう一度試してください。
turn-backend-spawn-failed = Codex を起動できませんでした。もう一度インストールしてから試してください。
turn-secret-unavailable = { $profile } のサインインをここで読み取れません。もう一度サインインしてください。
turn-thread-resume-failed = Codex が自分の会話を開き直せませんでした。Codex を更新してから、もう一度試してください。
turn-cancelled = テストを中止しました。
turn-deep-completed = { $profile } は正常です：Codex は回答を得て、会話は圧縮されて別の Codex で開かれた後も続きました。
turn-sign-in-unread = { $profile } のサインインをここで読み取れません：{ $error }。
turn-no-folder = { $error }。
turn-not-started = { $program } を起動できませんでした：{ $error }。

## What importing a sign-in would do.

import-label = サインイン
import-gone = もうありません。もう一度確認してください。
import-unusable = { $reason }。`rotunda login` でサインインしてください。
import-twice = このアカウントはすでに一覧にあります。
import-older = { $profile } にはすでに新しいサインインがあります。
import-reads-keychain = インポートするとキーチェーンにある Codex の項目を読み取るため、先にシステムが確認を求めることがあります。{ import-better }。
import-better = 専用のサインインのほうが安全です（推奨）{ $audience ->
    [terminal] ：`rotunda login`
   *[window] {""}
  }
import-shared-codex = { import-better }。これは Codex 自身のもので、両者が交互に更新し、互いの結果を引き継ぎます。
import-shared-unused = { import-better }。{ $program } はまだこれを使っていないため、インポートすると更新され、{ $program } はサインアウトされます。
import-shared = { import-better }。{ $program } もこれを使っており、先に更新したほうが他方をサインアウトさせます。
import-shared-unknown = { import-better }。そのファイルを使うプログラムもこれを使っており、先に更新したほうが他方をサインアウトさせます。
import-disabled = { $program } で無効になっているため、一時停止の状態でインポートされます。`rotunda resume` で使えるようになります。
import-disabled-shared = { import-disabled }{ $sharing }

## What is broken beside what was asked for.

found-clause = ほかに見つかった問題：{ $clause }。
found-sentence = ほかに見つかった問題：{ $sentence }

## The command line: what a command did.

done-removed = { $profile } を削除しました。サインインも削除されました。
done-left-as-is = Codex のファイルはそのままにし、今後は報告しません。`rotunda bind` で再び接続します。
done-test-notification = トレイアプリが通知を表示します。
done-signed-out = { $profile } をここでサインアウトしました。名前、順番、履歴は残ります。`rotunda login --profile` で再びサインインできます。
note-own-sign-in-stays = Codex 自身も同じアカウントでサインインしていますが、それはそのままです。
done-sign-ins-exported = { $profiles } のサインイン（{ $count } 件）を、パスフレーズで暗号化して { $path } に書き出しました。
note-export-left-out = サインアウト済みのため除外：{ $profiles }。
note-handed-over = ここではサインアウト済みです。別のコンピューターで `rotunda import` がファイルから取り込みます。
note-not-handed-over = 別のコンピューターで使う前に、ここで手放す必要があります。先に更新した側が、他方のサインインを終わらせます。`rotunda logout`、または最初から `--hand-over` を使ってください。
note-still-held = このファイルを書き出したコンピューターには、まだこれらのサインインがあります。そこで今すぐ `rotunda logout` を実行してください。先に更新した側が、他方のサインインを終わらせます。
done-renamed = { $from } の名前は { $to } になりました。
done-bound = Codex を接続しました：新しい会話は Rotunda を通ります。
done-bound-other-side = { $folder } の Codex を接続しました。この Rotunda の実行中は Rotunda を経由します。取り消すには、同じフォルダーで `rotunda unbind --codex-home` を実行してください。
done-quota = 利用枠は最新です。
done-test-turn-stopping = テストを停止しています。
done-unpinned = Rotunda は再び切り替えます。
done-exported = { $path } に書き込みました。サインインは含まれません。
done-using = 今後、新しい会話は { $profile } を使います。
done-pinned = Codex は `rotunda unpin` まで { $profile } に固定されます。
done-paused = { $profile } を `rotunda resume { $profile }` まで一時停止しました。
done-resumed = { $profile } は再び切り替えの対象です。
done-resumed-resting = { $profile } の一時停止を解除しました。休止中で、{ $at } に戻ります。
done-resumed-no-codex = { $profile } の一時停止を解除しました。OpenAI によるとプランに Codex が含まれていません。次のリクエストでもう一度試します。
done-resumed-needs-sign-in = { $profile } の一時停止を解除しましたが、新しいサインインが必要です：`rotunda login --profile { $profile }`。
done-resumed-key = { $profile } の一時停止を解除しました。`use_api_keys` がオンの間だけ使われます。
done-settings-imported = 設定と、ここにある { $count } 個のプロファイルの設定を取り込みました。
done-added = { $profile } を追加しました。
done-updated = { $profile } はすでにありました。新しいサインインになりました。
done-keys-cost = 使用分はトークンごとに課金されます。`use_api_keys` がオンで、すべてのプランを使い切ったときだけ使われます。
done-provider-models = { $models } を処理します。Codex でモデルを選んでください (例: `codex -m { $first }`)。
done-provider-fallback = すべてのプランを使い切ったときは { $models } も処理します。
done-provider-left-out = プランにあるため除外しました: { $models }。
done-provider-cost = 使用分はプロバイダーが課金し、プロバイダーの規約が適用されます。
done-vault-moved = { $count } 個のサインインは{ $place ->
    [keychain] キーチェーン
   *[file] 専用のファイル
  }に移りました。古いコピーは消去しました。
done-vault-file = あなたの権限で動くどのプログラムも、そのファイルを読めます。
done-imported-verdict = { $label }：{ $verdict ->
    [imported] インポートしました
   *[not_imported] インポートしていません
  }。
done-imported-verdict-note = { done-imported-verdict }{ $note }
done-imported-all = { $all } 個中 { $imported } 個のサインインをインポートしました。
done-not-bound-yet = Codex は接続されていないため、まだ Rotunda を通りません：`rotunda bind`。
done-unbound = Codex の接続を解除しました。自身のサインインを使います。
done-was-not-bound = Codex は接続されていませんでした。
done-restored = config.toml を接続前の状態に戻しました。Codex は自身のサインインを使います。
done-restored-already = config.toml はすでにその状態でした。
done-restored-kept = 置き換えた内容は { $path } に残っています。
done-sign-in-begun = サインインを始めました。
done-sign-in-continues = サインインを続けます。
done-sign-in-cancelled = サインインを取り消しました。
done-stopped-waiting = リセットを待っていた要求に、上限の応答を返しました。
done-ordered = 順番は { $profiles } になりました。
done-order-not-policy = 順番で決まるのは `rotunda settings set policy my-order` のとき、または条件が同じときだけです。
done-reserved = { $profile } は { $percent }% を予備として残します。
done-reserved-common = { $profile } は全プロファイル共通の { $percent }% を予備として残します。
done-none-waiting = リセットを待っている要求はありません。
note-use-is-for-one = `--use` は 1 つのサインインのためのものなので、使用中のプロファイルは変わりません。`rotunda use NAME` で選べます。

## The command line: what to know after binding and unbinding.

note-restart = すでに開いている会話は、Codex を再起動するまで元の接続のままです。
note-no-profile = プロファイルがまだないため、Codex の応答はその旨の文で終わります：`rotunda login` で追加してください。
note-proxy = { $variable } により、このコンピューター宛ての通信がプロキシに送られます。Codex を起動する環境で NO_PROXY=127.0.0.1,localhost を設定してください。
note-config-open = ほかのプログラムが config.toml を開いています：保存された内容は、遅くとも Rotunda の起動時に取り込まれます。
note-left-removed = { $key } はその後 config.toml から削除されており、そのままです。
note-left-replaced = { $key } はその後 config.toml で変更されており、そのままです。

## The command line: status, profiles, quota, activity and the doctor.

status-router = ルーター
status-binding = 接続
status-recording = 記録
status-requests = 要求
status-error = エラー
status-sign-ins = サインイン
status-update = 更新
status-router-listens = 127.0.0.1:{ $port } で待ち受け中
status-router-stopped = 停止中。アプリか `rotunda serve` を起動してください
status-recording-into = 通信を { $file } に記録中
status-counts = { $requests } 件、再試行 { $retries } 回、切り替え { $rotations } 回、見逃し { $missed } 件
status-last-error = { $at }、要求 { $request }：{ $error }
status-bound = { $file } の 1 行で接続済み
status-bound-stale = { $file } の行が古くなっています。次回の起動で直ります
status-unbound = 未接続。`rotunda bind` で { $file } に 1 行追加します
status-foreign = { $file } で別の場所を指しています
status-unreadable = { $file } を読み取れません
status-binding-note = { $state }。{ $note }
status-orphans = { $place ->
    [keychain] キーチェーン
   *[file] Rotunda のサインインのファイル
  }にプロファイルのないサインインが { $count } 個あります：`rotunda import` で一覧を表示し、取り戻せます。
profiles-none = プロファイルはまだありません。`rotunda login` で追加できます。`rotunda import { $folder }` は Codex のサインインを取り込みます。
profiles-api-key = API キー
profiles-provider = { $host } のキー
profiles-own = （Codex 自身のサインイン）
profiles-pinned = （Codex を固定中）
quota-none = プロファイルがまだないため、利用枠はありません。`rotunda login` で追加できます。
quota-unknown = まだ不明
quota-billed = 従量課金
quota-five-hours = 5 時間
quota-week = 週
quota-days = { $days } 日
quota-minutes = { $minutes } 分
quota-head-profile = プロファイル
quota-head-account = アカウント
quota-head-plan = プラン
quota-head-window = 枠
quota-head-left = 残り
quota-head-reset = リセット
quota-head-state = 状態
quota-state-ready = 使用可
quota-state-last = 使用可、最後に使用
quota-state-credits = 使用可、クレジット払い
quota-state-stays = 使用可、Codex はここに固定
quota-in-use = 使用中
quota-more = ほか { $count } 件
quota-resets-at = { $at } にリセット
quota-watch-footer = 30 秒ごとに提供元に問い合わせます。Ctrl+C で終わります。
activity-none = 過去 7 日間は何も起きていません。
activity-not-running = Rotunda が動いていないため、何も起きません。アプリか `rotunda serve` を起動してから実行してください。
trace-needs-router = 要求の各段階は Rotunda の実行中だけ残ります。アプリか `rotunda serve` を起動してください。以前のログの場所は `rotunda paths` で分かります。
trace-none = Rotunda の起動後、要求はまだありません。
trace-unknown = 要求 { $request } は残っていません。残っているのは { $first } から { $last } までです。
history-day = 過去 24 時間：要求 { $requests } 件、再試行あり { $retried } 件、失敗 { $failed } 件。
history-no-tokens = この期間に数えたトークンはありません。
history-tokens = 日、プロファイル、モデル別のトークン：
history-tokens-of = 入力 { $input }、出力 { $output }
requests-none = 過去 7 日間に処理した要求はありません。
requests-first-byte = 最初のバイトまで { $ms } ミリ秒
doctor-mark = { $state ->
    [ok] 正常
    [warn] 確認
   *[fail] 異常
  }
doctor-problems = { $count } 件の問題を直さないと、Codex は Rotunda を使えません。
doctor-broken-file = そのファイルを直すか移動してから、もう一度 `rotunda doctor` を実行してください。

## The command line: the settings, one key each, and where a value comes from.

setting-port = ルーターが待ち受ける、このコンピューター（127.0.0.1）のポート。
setting-vault = サインインの保存先。システムのキーチェーン、またはあなたのどのプログラムからも読める非公開ファイル。
setting-second-line = Codex 自身のアカウントを使い切り、別のプロファイルが使える間、Codex のファイルに 2 行目を加えてよいか。その代償は `rotunda bind --help` にあります。
setting-policy = 新しい会話を受け持つプロファイル。リセットで最初に無駄になる利用枠のもの、残りが最も多いもの、または自分の順番（`rotunda order`）で最初のもの。
setting-reserve = 各枠で予備として残す割合（%）。残りがこれ以下のプロファイルは、ほかに使えるものがないときだけ使います。`rotunda reserve` で 1 つのプロファイルだけ別の割合にできます。
setting-api-keys = すべてのプランを使い切ったとき、使用量に応じて料金がかかる API キーを使うか。
setting-use-credits = プランを超えた要求に購入済みクレジットを使うか：使わない、どのプロファイルもプラン内で対応できない間だけ使う、ほかが対応できるときも使う。`rotunda credits` で 1 つのプロファイルだけ別に設定できます。
setting-redeem = すべてのプロファイルがこの時間より長く使えず、要求に必要なとき、最初に期限が切れるリセットを使います。"0" では確認なしに使いません。
setting-soft-cap = 1 つのプロファイルでの同時要求数がこれに達すると、ほかのプロファイルを優先します。
setting-hard-cap = 1 つのプロファイルでの同時要求数の上限。そのプロファイルに結び付いた会話だけが超えられます。
setting-wait = すべてのプロファイルを使い切ったとき、リセットを待つ時間。"0" は待たずに、Codex の上限の表示で終わります。
setting-clients = Codex 以外のプログラムが Responses API を通じてプロファイルを使えるかどうか。プログラムごとに専用のキーを使います (`rotunda client add`)。意味と対応範囲は docs/clients.md にあります。
setting-clients-messages = Messages API を使うプログラム (Claude Code など) がプロファイルを使えるかどうか。プログラムごとに専用のキーを使います (`rotunda client add`)。docs/clients.md を参照してください。
setting-clients-chat = Chat Completions を使うプログラムがプロファイルを使えるかどうか。プログラムごとに専用のキーを使います (`rotunda client add`)。docs/clients.md を参照してください。
setting-clients-models = Messages API や Chat Completions のリクエストが指定するモデルに、プランのどのモデルを使うか。`名前 = モデル` または `名前 = モデル:推論の強さ` をコンマで区切って書きます。名前の `*` は任意の文字列を表し、最初に一致したものが使われます。一致がなければ、`claude-…` は Codex が最初に表示するモデル、名前に `haiku` を含むモデルは名前に `mini` を含む最初のモデルになります。
setting-connect = OpenAI に接続するまでの最大秒数。
setting-head = 要求から応答の開始までの最大秒数。
setting-chunk = 応答の断片と断片の間の最大秒数。
setting-upstream-chatgpt = ChatGPT プランの要求の宛先。テストと特別な環境のためだけのもの。
setting-upstream-api = API キーの要求の宛先。テストと特別な環境のためだけのもの。
setting-upstream-auth = サインインとその更新の宛先。テストと特別な環境のためだけのもの。
setting-proxy = OpenAI への経路のプロキシ。システムまたは Codex のもの、なし、またはこのアドレス。
setting-language = トレイ、通知、ウィンドウ、コマンドラインの言語。
setting-theme = ウィンドウの配色。
setting-start-hidden = アプリをウィンドウなしでトレイに起動するか。
setting-notice-rotated = Codex が別のプロファイルに切り替わったら通知します。
setting-notice-last = 最後に残ったプロファイルの使用が始まったら通知します。
setting-notice-out = すべてのプロファイルを使い切ったら通知します。
setting-notice-back = すべて使い切った後、Codex を続行できるようになったら通知します。
setting-notice-signin = プロファイルに新しいサインインが必要になったら通知します。
setting-notice-unbound = ほかのプログラムが config.toml を変更したら通知します。
setting-notice-port = ルーターを起動できないときに通知します。
setting-notice-low = 全プロファイル合計の残りが少なくなったら通知します（割合は `alerts`）。
setting-notice-credits = 購入済みクレジットの使用が始まったら通知します。
setting-notice-resets = リセットの期限が切れる 2 日前に通知します。
setting-from-default = 既定値
setting-from-file = settings.toml の { $line } 行目
setting-from-variable = 環境変数 { $variable }
setting-takes-effect-at-once = 変更はすぐに反映されます。
setting-takes-effect-at-start = 変更は次に Rotunda を起動したときに反映されます。
setting-takes-effect-by = `{ $command }` で変更します。
setting-variable = 環境変数 { $variable } がファイルより優先されます。
setting-template = Rotunda のすべての設定と既定値。行頭の # を消して変更してください。有効な値は `rotunda settings` で確認できます。
setting-label-now = 現在
setting-label-default = 既定値
setting-label-values = 値
settings-file-is = ファイルは { $path } です。
settings-written = { $path } を書きました。中の # を消すまで何も変わりません。
done-setting = { $key } は { $value } になりました。
done-setting-default = { $key } は既定値 { $value } に戻りました。
done-setting-covered = 環境変数 { $variable } がファイルより優先され、設定されているため、その環境では新しい値は使われません。

## The command line: files and folders, and what starts at login.

path-absent = （なし）
path-settings = 設定
path-store = プロファイル、アクティビティ、集計
path-store-copy = 前回の更新前の同じもの
path-notices = 通知済みの内容
path-updates = 新しいバージョンを確認した日時
path-window = ウィンドウの位置
path-sign-in-file = サインイン（キーチェーンにない場合）
path-sign-in-notes = 共有サインインの記録
path-client-key = Codex の行にあるキー
path-control = このコマンドラインのための接続先
path-lock = Rotunda の実行中のロック
path-journal = Codex のファイルの元の内容
path-binding-lock = Codex のファイルのロック
path-backups = Codex のファイルの控え
path-log = ログ
path-logs = ログのフォルダー（過去のものを含む）
path-at-login = ログイン時に起動するもの
path-moved = 移したフォルダーの記録
path-codex-config = 接続時に変更する Codex のファイル
path-codex-sign-in = Codex 自身のサインイン
path-codex-env = Codex の環境変数（読み取りのみ）
path-journal-beside = 元の内容（こちらのフォルダーに書けない場合）
autostart-no-app = アプリ rotunda-desktop がこのプログラムの隣にも PATH にもないため、ログイン時に起動できません。デスクトップのない環境では `systemctl --user enable rotunda` でログイン時にルーターを起動できます。
autostart-in-window = このシステムではアプリ自身が設定します。ウィンドウの「設定」で選んでください。

## The command line: what is looked at before Codex runs.

run-serves = { $profile } を使います。{ $all } 個中 { $ready } 個のプロファイルが使えます。
run-serves-alone = { $profile } だけを使います。
run-waits = 使えるプロファイルがありません。ターンは待ち、{ $at } に続行します。
run-needs-sign-in = 新しいサインインが必要です：`{ $command }`。
run-quota-unknown = 利用枠はまだ分かりません。
run-no-profile = プロファイルがまだないため、どのターンも処理できません。`rotunda login` で追加できます。`--or-plain` は Codex を自身のサインインで起動します。
run-only-not-ready = { $profile } は今は使えず、ほかのプロファイルは使えます。`--only` を外すか、`--skip-check` でこのまま起動してください。
run-none-ready-until = 今使えるプロファイルがありません。最初のものは{ $at } に戻ります。その後でやり直すか、`--or-plain` で Codex を自身のサインインで起動するか、`--skip-check` でこのまま起動してください。
run-none-ready = 何か対処するまで使えるプロファイルがありません。対処は上の行にあります。`--or-plain` は Codex を自身のサインインで起動し、`--skip-check` はこのまま起動します。
run-plain = Codex を Rotunda なしで、自身のサインインで起動します。
run-client-needs-rotunda = Rotunda が動作していません。`rotunda serve` またはトレイアプリで起動してから、もう一度実行してください。
run-client-no-program = { $program } を起動できませんでした。`--` の後に別のプログラムを指定するか、PATH に追加してください。
run-pinned = Codex は { $profile } に固定されているため、指定したプロファイルは使われません。`rotunda unpin` で解除でき、`--only` なら固定より優先されます。

## The command line: a look at every profile without a turn.

quick-ok = サインインは有効です。
quick-no-quota = サインインは有効ですが、提供元が残りを返しませんでした。ターンは動くかもしれません。1 分後にもう一度試してください。
quick-unreachable = サインインのサービスに接続できません。ネットワークを確かめてから、もう一度試してください。
quick-refused = 更新したばかりのトークンを提供元が拒否しています。数分後にもう一度試し、変わらなければサインインし直してください。
quick-vault = サインインを読み取れません：{ $error }。
quick-failed = { $all } 個中 { $failed } 個のプロファイルに問題があります。

## The command line: what the doctor mends.

mend-mark = { $state ->
    [possible] 予定
    [done] 完了
   *[failed] 不可
  }
mend-none = あなたの判断なしに直せるものはありません。
mend-bind = Codex の行を書き直す（以前に起動した Rotunda を指しているため）。
mend-unbind = Codex を自身のサインインに戻す（何も起動しないルーターを待っているため）。
mend-login = ログイン時に Rotunda を起動する項目を書き直す（今のものは動かないため）。
mend-private = { $path } をこのコンピューターのほかの利用者から閉じる。
mend-ask-again = { $profile } のプランに Codex が再び含まれるか確かめる。
mend-quota = 各プロファイルの残りを提供元に問い合わせる。

## The command line: why a profile serves.

why-serves = 次の会話は { $profile } が受け持ちます。{ $policy ->
    [most-left] ほかは残りの多い順です。
    [my-order] ほかは自分の順番に従います。
   *[resets-first] ほかはリセットで先に無駄になる順です。
  }
why-none = 次の会話を今受け持てるプロファイルはありません。
why-for = 有利
why-against = 不利
why-pinned = ここに固定するよう選ばれています。
why-in-use = 直前の要求に対応しました。
why-resets-first = 週の枠が最初に終わり（{ $resets }）、残りが失われます。
why-most-left = 残りが最も多いです。
why-order-first = 自分の順番で最初です。
why-not-pinned = { $profile } に固定するよう選ばれています。
why-api-key-off = API キーは `rotunda settings set use_api_keys on` のときだけ使います。
why-api-key-last = API キーは使用量に応じて料金がかかるため、すべてのプランの後です。
why-other-models = 独自のモデルだけを処理します。
why-model-of-provider = このモデルは別のプロバイダーのものです。
why-credits = プランを使い切っているため、許可された購入済みクレジットで支払われます。
why-own-last = Codex 自身がこれでサインインしているため、ほかの後です。
why-reserve = 残りが予備の { $percent }% 以下です。
why-crowded = 同時に { $count } 件の要求を処理中のため、ほかが優先されます。
why-full = 同時に { $count } 件の要求を処理中で、これ以上は受けません。
why-rule-names = プロジェクトの規則に挙げられています。
why-rule-excludes = プロジェクトの規則には、ほかのプロファイルだけが挙げられています。
why-holds = この会話を保持しています。
why-your-choice = 新しい会話用に選ばれています。
why-left = 残り { $percent }%。
why-lost-first = 週の残りが最初に失われます。
why-tried = この要求ですでに試しました。
why-rests = { $until } まで休止します。
why-rests-for-kind = この種類の要求については休止中です。
why-needs-sign-in = 新しいサインインが必要です。
why-paused = あなたが一時停止しました。
why-not-entitled = プランに Codex が含まれていません。
why-lacks-model = モデルの一覧にこのモデルがありません。
why-last = 最後のターンは { $profile } が処理し、{ $at } にステータス { $status } で終わりました。試したプロファイルは { $tried } 個です。
why-last-change = その前の最後の変更：{ $change }
why-last-no-change = アクティビティに残る範囲では、その前に別のプロファイルへの切り替えはありません。
why-no-turn = まだどのプロファイルもターンを処理していません。
why-choice = 最後のプロファイル選択で考慮したこと（要求 { $request }）：
why-choice-forgotten = 選択で考慮したことは Rotunda の実行中だけ分かります。
done-best = { $profile } がすでに最適なため、何も変わりません。

## The command line: the list of sign-ins to import.

import-list-none = Codex やほかのツールの保存場所にサインインが見つかりません。`rotunda login` で作成できます。`rotunda import PATH` でほかの場所から取り込めます。
import-list-best = プロファイルごとに専用のサインインを使うのが最善です：`rotunda login`（推奨）。
import-list-found = 次のサインインが見つかりました。`rotunda import --found N...` でトークンごと取り込みます：
import-list-not = インポートできません
import-list-updates = { $profile } を更新
import-list-becomes = { $profile } になります
import-list-failed = { $all } 個中 { $failed } 個をインポートしませんでした。
import-list-unknown = 一覧に { $number } はありません。`rotunda import` で番号付きの一覧を表示できます。
import-list-one-name = --name は 1 つのサインイン用です。省くか、1 つだけ選んでください。
import-list-nothing = 一覧にインポートできるものがありません。
import-sealed-options = このファイルには別のコンピューターのプロファイルが名前付きで入っています。--name と --use は付けないでください。
import-json-is-for-lists = --json は一覧用です。--preview を付けるか、パスを省いてください。
passphrases-differ = 2 つのパスフレーズが異なるため、何も書き出していません。

## A test turn as it goes.

turn-line-stopped-waiting = 順番が来る前に中止しました。
turn-line-stopped-early = Codex を起動する前に中止しました。
turn-line-waits = { $profile } のテストを待っています。
turn-line-waits-more = { $profile } のテストとほか { $more } 件を待っています。
turn-line-wait-over = 待機が終わり、このテストを始めます。
turn-line-started = { $profile } 用に専用のフォルダーで { $codex } を起動しました。
turn-line-started-another = 同じ会話を開く別の Codex を起動しました。
turn-line-asks = Codex が質問します。
turn-line-asked-to-shorten = Codex に会話の圧縮を求めました。
turn-line-begun = 会話が始まりました。
turn-line-answers = 回答が届いています。
turn-line-thinks = モデルが考えています。
turn-line-shortens = Codex が会話を圧縮しています。
turn-line-tool = Codex がツールを使っています。
turn-line-tries-again = 接続が切れました。Codex が再試行します。
turn-line-stopped = Codex が会話を中止しました。
turn-step = 手順 { $number } / { $all }、{ $step ->
    [turn] 1 回の会話
    [compact] 会話の圧縮
    [resume] 別の Codex で開く
   *[next_turn] そこでもう 1 回の会話
  }：{ $outcome }。

## What else is worth knowing of a test turn.

turn-note-config = config.toml を読み取れないため、そのモデルは使われません。
turn-model-source = { $source ->
    [named] このテストで指定
    [config] config.toml から
   *[codex] 指定がないため Codex が選択
  }
turn-model-other = モデルは { $used } でした。要求は { $asked }（{ turn-model-source }）でした。
turn-model-used = モデルは { $used }（{ turn-model-source }）でした。
turn-model-asked = 要求したモデルは { $asked }（{ turn-model-source }）でした。
turn-model-unknown = どのモデルになるはずだったかは分かりません。
turn-note-retried-well = Codex は { $times } 回再試行し（{ $kinds }）、成功しました。
turn-note-retried = Codex は { $times } 回再試行しました（{ $kinds }）。
turn-note-last-error = 最後の応答はエラーでした：{ $error }。
turn-note-unshown = 表示せず、値も保存していません：{ $list }。
turn-line-stopped-unasked = 会話を求める前に中止しました。
turn-line-ended = Codex が中止を通知しなかったため、終了させました。

## The window: its frame.

window-tab-profiles = プロファイル
window-tab-activity = アクティビティ
window-tab-codex = Codex
window-tab-settings = 設定
window-app-sections = セクション
window-app-demo = デモ
window-app-recording = { $file } に記録中
window-app-refresh = 利用枠を更新
window-app-wrong = 問題が発生しました。もう一度試してください。
window-vault-locked = キーチェーンがロックされています。解除すると Rotunda は自動で続行します。
window-vault-missing = このコンピューターに利用できるキーチェーンがありません。
window-vault-denied = キーチェーンが Rotunda を拒否しました。
window-vault-silent = キーチェーンが応答しません。提供するプログラムを再起動してください。
window-vault-read_only = キーチェーンは読み取れますが、保存できません。書き込めるようにしてください。
window-vault-ask_again = もう一度確認
window-vault-broken = キーチェーンの応答を Rotunda が読み取れません。

## The window: words of many places.

window-common-cancel = キャンセル
window-common-close = 閉じる
window-common-done = 完了
window-common-dismiss = 閉じる
window-common-copy = コピー
window-common-copied = コピーしました
window-common-table = 表で表示
window-common-name = 名前
window-common-name_optional = 名前（任意）
window-common-loading = 読み込み中…
window-common-try_again = もう一度試す

## The window: quota windows and meters.

window-window-5h = 5 時間
window-window-5h_short = 5時間
window-window-week = 週
window-window-days = { $count } 日
window-window-hours = { $count } 時間
window-meter-name = { $of }、{ $window }：残り
window-meter-low = 残りわずか
window-meter-stale = 最後に確認した値

## The window: profiles.

window-plan-key = API キー
window-plan-provider = { $host } のキー
window-profiles-in_use = 使用中
window-profiles-next = 次の順番
window-profiles-resting = 休止中
window-profiles-needs_you = 対応が必要
window-profiles-paused = 一時停止中
window-profiles-add = プロファイルを追加…
window-profiles-pool = 合計：{ $text }
window-profiles-pool_part = { $window } { $left }
window-profiles-order = 順番
window-profiles-order-resets_first = リセットが早い順
window-profiles-order-most_left = 残りが多い順
window-profiles-order-my_order = 自分の順番
window-profiles-order-resets_first_means = 無駄になる分を先に使います
window-profiles-order-most_left_means = 残りが最も多いものを先に使います
window-profiles-order-my_order_means = ドラッグするか、Alt+↑ と Alt+↓ を押します
window-profiles-moved = { $name } は { $count } 個中 { $place } 番目になりました。
window-profiles-staying = 固定中
window-profiles-own = Codex 自身のサインイン
window-profiles-own_means = Codex 自身がこのアカウントでサインインしているため、最後に使われます。
window-profiles-reserve_of = 予備 { $percent } %
window-profiles-requests = 現在 { $count } 件のリクエスト
window-profiles-by_use = 従量課金のため、表示する利用枠はありません。
window-profiles-actions = { $name } の操作
window-profiles-sign_in = サインイン
window-profiles-sign_in_to = { $name } にサインイン
window-profiles-waiting = { $count } 件のチャットが待機中です。
window-profiles-waiting_until = { $count } 件のチャットが { $time } まで待機します。
window-profiles-stop_waiting = 待機をやめる
window-act-use = 今すぐ使う
window-act-stay = このプロファイルに固定
window-act-unstay = 固定を解除
window-act-pause = 一時停止
window-act-resume = 再開
window-act-up = 上へ
window-act-down = 下へ
window-act-sign_in_again = もう一度サインイン…
window-act-rename = 名前を変更…
window-act-reserve = 予備…
window-act-credits = クレジット…
window-act-redeem = 貯まったリセットを使う…
window-act-refresh = 更新
window-act-remove = 削除…

## The window: sheets of a profile.

window-rename-title = { $name } の名前を変更
window-rename-do = 名前を変更
window-remove-title = { $name } を削除しますか？
window-remove-text = サインインがキーチェーンから削除されます。ChatGPT アカウントには影響しません。
window-remove-text_key = キーチェーンから削除されます。API キー自体は有効なままです。
window-remove-text_file = サインインが削除されます。ChatGPT アカウントには影響しません。
window-remove-do = 削除
window-reserve-title = { $name } の予備
window-reserve-text = 残りがこの値以下になると、ほかに使えるプロファイルがないときだけ使われます。
window-reserve-common = 全プロファイル共通（{ $percent } %）
window-reserve-own = 個別に設定
window-reserve-percent = 予備として残す割合
window-reserve-do = 保存
window-credits-title = { $name } のクレジット
window-credits-common = 全プロファイル共通：{ $consent }
window-credits-never = 使わない
window-credits-when_all_out = すべてのプランを使い切ったときだけ
window-credits-always = 会話を同じプロファイルに保つため、ほかのプロファイルに残りがあっても使う
window-redeem-title = { $name } の貯まったリセット
window-redeem-looking = 残りを確認しています…
window-redeem-busy = リセットを使っています…
window-redeem-do = リセットを 1 個使う
window-redeem-open = 1 個使う…

## The window: the first run.

window-first-title = 複数の Codex プロファイルを 1 つのように使う
window-first-lead = Rotunda はこのコンピューターで動き、サインインをキーチェーンに保存し、使い切ると Codex を次のプロファイルに切り替えます。
window-first-add = プロファイルを追加
window-first-found = 見つかりました：{ $who }
window-first-from = { $source } から
window-first-add_this = このプロファイルを追加
window-first-bind = Codex を接続
window-first-bind_text = { $file } に 1 行追加します。バックアップは残ります。
window-first-bound = Codex はすでに接続されています。
window-first-waits = 手順 1 の完了待ち
window-first-show_line = 行を表示
window-first-keep = 動かし続ける
window-first-terms = Rotunda はあなたが所有するサインインのためのものです。それぞれに提供元の規約が適用され、アカウントの使い方が定められている場合があります。

## The window: adding a profile.

window-add-title = プロファイルを追加
window-add-sign_in = ChatGPT でサインイン
window-add-code = 代わりにコードを使う
window-add-import = ファイルをインポート…
window-add-key = API キーを使う…
window-add-hint = Rotunda は専用のサインインを得るため、ほかがサインアウトされることはありません。
window-signin-title = ChatGPT でサインイン
window-signin-title_again = { $name } にもう一度サインイン
window-signin-waiting = ブラウザーを待っています…
window-signin-waiting_text = ブラウザーでサインインして戻ってください。自動で続行します。
window-signin-open_again = もう一度開く
window-signin-copy_link = リンクをコピー
window-signin-use_code = コードを使う
window-signin-code_text = 任意のブラウザーでこのページを開き、コードを入力してください。
window-signin-code_open = ページを開く
window-signin-code = コード
window-signin-expires = あと { $time } で期限切れ
window-signin-expired = 期限切れ
window-signin-paste = ブラウザーは完了したのに何も起きない場合は、アドレスをここに貼り付けてください。
window-signin-paste_do = このアドレスを使う
window-signin-choose = どのワークスペースですか？
window-signin-choose_text = このアカウントには複数あります。それぞれを別のプロファイルにできます。
window-signin-choose_do = このワークスペースを使う
window-signin-done = サインインしました
window-signin-failed = サインインできませんでした
window-key-title = API キーを使う
window-key-key = API キー
window-key-cost = API キーは有料です：トークンごとに OpenAI が課金します。Rotunda は、すべてのプランを使い切り、設定で許可されている場合だけ使います。
window-key-check = キーは無料の呼び出し 1 回で確認し、キーチェーンに保存します。
window-key-do = このキーを追加
window-key-busy = 確認中…
window-key-whose = キーの発行元
window-key-whose-openai = OpenAI
window-key-whose-other = ほかのプロバイダー
window-key-address = アドレス
window-key-address_text = プロバイダーが Responses API を提供する場所です。キーはほかのアドレスには送信されません。
window-key-models = プロバイダーのモデル
window-key-models_text = カンマ区切り。空の場合は、プロバイダーの一覧にあるモデルです。
window-key-fallback = プランのモデルの代わりに使う
window-key-fallback_text = カンマ区切り。すべてのプランを使い切ったときだけ、プロバイダーが処理します。空の場合は、代わりに使いません。
window-key-cost_other = 利用分はプロバイダーが課金し、プロバイダーの規約が適用されます。Codex の /compact は、このプロバイダーのモデルでは動作しません。
window-import-title = サインインをインポート
window-import-path = Codex フォルダー、auth.json、またはほかのツールのフォルダー
window-import-path_plain = Codex フォルダーまたは auth.json ファイル
window-import-look = 確認
window-import-nothing = インポートできるものはありません。
window-import-updates = { $name } を更新
window-import-warning = Codex と Rotunda の両方がこのサインインを更新することになります。ここでもう一度サインインすると、Rotunda 専用のものになります。
window-import-recommended = サインイン（推奨）
window-import-anyway = それでもインポート
window-import-do = { $count } 個のプロファイルを追加
window-import-busy = 追加中…
window-import-results = インポート結果
window-import-ok = 追加しました
window-import-not_ok = 追加していません
window-import-warn_title = このサインインを Codex と共有しますか？

## The window: activity, requests and usage.

window-activity-empty = まだ何もありません。切り替え、休止、拒否のたびに、理由とともにここに表示されます。
window-activity-none_of_kind = この種類はありません。
window-activity-filter = 絞り込み
window-activity-filter-all = すべて
window-activity-filter-moves = 切り替え
window-activity-filter-limits = 上限
window-activity-filter-signins = サインイン
window-activity-filter-binding = 接続
window-activity-filter-choices = あなたの選択
window-kind-rotated = 別のプロファイルに切り替え
window-kind-rested = プロファイル休止
window-kind-recovered = プロファイル復帰
window-kind-refreshed = サインイン更新
window-kind-adopted = Codex からサインインを引き継ぎ
window-kind-handed_over = サインインを Codex に渡した
window-kind-not_saved = 更新したサインインが未保存
window-kind-saved = 更新したサインインを保存
window-kind-renewal_refused = 更新結果が使えない
window-kind-interrupted = 更新が中断
window-kind-vault_moved = サインインを移動
window-kind-needs_sign_in = サインインが必要
window-kind-not_entitled = Codex を含まないプラン
window-kind-chain_lost = 会話を再送
window-kind-exhausted = すべて使い切り
window-kind-waiting = リクエスト待機
window-kind-failed = 失敗
window-kind-chosen = プロファイルを選択
window-kind-pinned = 1 つのプロファイルに固定
window-kind-unpinned = 切り替えを再開
window-kind-paused = プロファイルを一時停止
window-kind-resumed = プロファイルを再開
window-kind-reserved = 予備を変更
window-kind-credits_allowed = クレジットの設定を変更
window-kind-credits_spent = クレジットを使用
window-kind-reset_used = 貯まったリセット
window-kind-wait_ended = 待機終了
window-kind-profile_added = プロファイルを追加
window-kind-signed_in = もう一度サインイン
window-kind-profile_removed = プロファイルを削除
window-kind-profile_renamed = プロファイル名を変更
window-kind-bound = Codex を接続
window-kind-healed = 接続を修復
window-kind-second_line = 2 行目
window-kind-unbound = Codex の接続を解除
window-kind-changed_outside = ほかのプログラムが接続を変更
window-kind-restored = config.toml を復元
window-kind-port_taken = ポート使用中
window-kind-vault_unreadable = サインインを読み取れない
window-kind-vault_readable = サインインを再び読み取れる
window-kind-hook_failed = フックの失敗
window-activity-copy = アクティビティをコピー
window-activity-backup = バックアップを表示
window-activity-earlier = 以前のものを表示
window-requests-title = 過去 24 時間のリクエスト
window-requests-sum = { $requests } · 再試行 { $retried } · 失敗 { $failed }
window-requests-none = 過去 24 時間にリクエストはありません。
window-requests-chart = 過去 24 時間の 1 時間ごとのリクエスト数
window-requests-chart_text = リクエスト { $requests } 件、1 時間に最大 { $most } 件
window-requests-hour = 時刻
window-requests-count = リクエスト
window-requests-retried = 再試行
window-requests-failed = 失敗
window-requests-details = 詳細
window-requests-time = 時刻
window-requests-profile = プロファイル
window-requests-model = モデル
window-requests-status = ステータス
window-requests-first_byte = 最初のバイト
window-requests-tokens = トークン 入力 / 出力
window-requests-ms = { $count } ミリ秒
window-requests-unknown = –
window-usage-title = 過去 30 日の使用状況
window-usage-none = まだ値がありません。値は 30 日間保存されます。
window-usage-left = 残りの推移
window-usage-left_chart = { $profile }、{ $window }：30 日間の残りの割合
window-usage-left_text = 残り { $low } % ～ { $high } %
window-usage-gap = 線の切れ目は、値のない時間です。
window-usage-day = 日
window-usage-lowest = 最小の残り
window-usage-highest = 最大の残り
window-usage-percent = { $count } %
window-usage-tokens = 1 日ごとのトークン
window-usage-tokens_chart = { $model }：30 日間の 1 日ごとのトークン
window-usage-tokens_text = 合計 { $total }、1 日に最大 { $most }
window-usage-tokens_none = トークン数はまだありません。
window-usage-of = プロファイル
window-usage-of_all = すべてのプロファイル
window-usage-no_model = モデル名なし
window-usage-removed = 削除されたプロファイル
window-usage-input = 入力
window-usage-output = 出力
window-usage-today = 今日

## The window: Codex.

window-codex-bound = 接続済み
window-codex-bound_stale = 以前のアドレスに接続
window-codex-unbound = 未接続
window-codex-foreign = 接続済みですが、Codex は別の場所を指しています
window-codex-unreadable = config.toml を読み取れません
window-codex-bound_means = 新しいチャットは Rotunda を使います。以前から開いているチャットは、Codex を再起動するまで元の接続のままです。
window-codex-bound_means_since = 新しいチャットは Rotunda を使います。{ $time } より前に開いたチャットは、Codex を再起動するまで元の接続のままです。
window-codex-bound_stale_means = config.toml の行のポートかキーが、現在 Rotunda が使うものと異なります。再接続すると更新されます。
window-codex-unbound_means = Codex は自身のサインインを使います。
window-codex-foreign_means = 別のアプリが変更しました。
window-codex-unreadable_means = Rotunda は読み取れないファイルを変更しません。直すと、ここの状態は自動で変わります。
window-codex-bind = Codex を接続
window-codex-binding = 接続中…
window-codex-bind_again = 再接続
window-codex-unbind = Codex の接続を解除
window-codex-unbinding = 解除中…
window-codex-leave = そのままにする
window-codex-needs_profile = 先にプロファイルを追加
window-codex-provider = Codex はモデルプロバイダー { $provider } を使っています
window-codex-provider_text = Rotunda を通るのは OpenAI 自身のプロバイダーだけです。同意して接続すると、接続中はそれに切り替わります。解除すると { $provider } に戻ります。
window-codex-provider_do = 切り替えて接続
window-codex-line_in = { $file } の行
window-codex-line_adds = 接続すると { $file } に 1 行追加されます
window-codex-line = その行
window-codex-open = config.toml を開く
window-codex-copy_line = 行をコピー
window-codex-backup = { $time } のバックアップ
window-codex-backup_plain = バックアップがあります
window-codex-restore = このファイルを完全に復元…
window-codex-restore_title = config.toml を完全に復元しますか？
window-codex-restore_diff = ファイルの変更点
window-codex-restore_do = 復元
window-codex-removed = 削除される行
window-codex-added = 追加される行
window-codex-router_running = ルーター動作中
window-codex-router_stopped = ルーター停止中
window-codex-router_port_taken = ポート { $port } で待ち受けできません
window-codex-router_where = このコンピューターだけで、127.0.0.1:{ $port } で待ち受けています。
window-codex-router_where_since = { $time } から、このコンピューターだけで、127.0.0.1:{ $port } で待ち受けています。
window-codex-router_unreachable = Codex は Rotunda に接続できません。
window-codex-router_other = 別のプログラムがポート { $port } を使っています。
window-check-title = 診断
window-check-text = Codex と OpenAI の間をすべて確認します。何も変更しません。
window-check-do = 診断を実行
window-check-busy = 診断中…
window-check-ok = 正常
window-check-warn = 要確認
window-check-fail = 異常
window-check-fix = 直し方
window-turn-title = テスト
window-turn-text = Codex で短い会話を 1 回だけ実際に行います。利用枠を少し使います。
window-turn-profile = プロファイル
window-turn-profile_now = 使用中のもの
window-turn-do = テストを実行
window-turn-running = { $profile } で実行中
window-turn-ended = { $profile } で終了
window-turn-progress = テストの進行状況

## The window: settings.

window-settings-general = 一般
window-settings-start = ログイン時に Rotunda を起動
window-settings-start_text = オンの間は、ログアウトしても Codex は接続されたままで、次のログイン時に Rotunda を待ちます。オフの間は、ログアウトすると Codex の接続が解除されます。
window-settings-hidden = トレイに隠れて起動
window-settings-language = 言語
window-settings-language-system = システムに合わせる
window-settings-theme = テーマ
window-settings-theme-system = システムに合わせる
window-settings-theme-light = ライト
window-settings-theme-dark = ダーク
window-settings-notifications = 通知
window-settings-rotation = 切り替え
window-settings-rotate = 自動で切り替える
window-settings-reserve = 予備として残す
window-settings-percent = %
window-settings-out = すべてのプロファイルを使い切ったとき
window-settings-out_stop = Codex のメッセージで終了
window-settings-out_wait = リセットを待つ（最大）
window-settings-out_hours = 待つ最大時間
window-settings-h = 時間
window-settings-keys = すべてのプランを使い切ったら API キーを使う
window-settings-keys_text = API キーは有料です：トークンごとに OpenAI が課金します。
window-settings-money = お金
window-settings-credits = 購入したクレジットを使う
window-settings-credits_text = クレジットはプランとは別に購入するものです。許可がなければ、リクエストの支払いには使われません。ほかのプロファイルが処理するか、上限として終わります。最初に使われたときに一度だけ知らせます。
window-settings-redeem = すべてのプロファイルを使い切ったら、貯まったリセットを使う
window-settings-redeem_hours = この時間内にどれも戻らないときだけ
window-settings-redeem_text = 最初に期限が来るものを、作業が待っている間だけ、1 時間に最大 1 個使います。使ったことは知らせます。元には戻せません。
window-settings-second_line = 2 行目
window-settings-second_line_do = Codex 自身のアカウントが上限に達している間も、Codex のターミナル画面で続ける
window-settings-second_line_text = Codex 自身のアカウントが上限に達していて、他のプロファイルが使える間、Rotunda は config.toml に 2 行目（chatgpt_base_url）を書き、Codex のターミナル画面が続けられるようにします。この行がある間は、Rotunda がクラッシュすると Rotunda が戻るまで Codex は起動せず、コネクタは使えず、Codex のエラー文に Rotunda のキーが表示されることがあります。
window-settings-network = ネットワーク
window-settings-port = ポート
window-settings-port_text = このコンピューターだけで待ち受けます。
window-settings-proxy = 上流プロキシ
window-settings-proxy-system = システムに合わせる
window-settings-proxy-none = なし
window-settings-proxy-custom = カスタム
window-settings-proxy_address = プロキシのアドレス
window-settings-storage = 保存場所
window-settings-in_keychain = サインインはシステムのキーチェーンにあります。
window-settings-in_file = サインインはあなただけが読めるファイルにあります。キーチェーンのほうが安全です。
window-settings-to_file = ファイルに移動…
window-settings-to_keychain = キーチェーンに移動…
window-settings-move_title_file = サインインをファイルに移動しますか？
window-settings-move_title_keychain = サインインをキーチェーンに移動しますか？
window-settings-move_text_file = あなただけが読めるファイルに書き込み、確認してからキーチェーンから削除します。バックアップやあなたのほかのプログラムは、そのファイルを読めます。
window-settings-move_text_keychain = キーチェーンに書き込み、確認してからファイルを消去します。
window-settings-move_do = 移動
window-settings-export = 設定を書き出す
window-settings-import = 設定を読み込む
window-settings-file = 設定ファイル
window-settings-export_text = サインインとキーは含まれません。
window-settings-exported = 設定を { $path } に書き込みました。
window-settings-imported = 設定を { $path } から読み込みました。
window-settings-diagnostics = 診断情報
window-settings-diagnostics_text = 不具合報告用のアーカイブです。サインイン、キー、メールアドレスは含まれません。
window-settings-diagnostics_do = 診断情報を保存
window-settings-diagnostics_done = 保存しました：{ $path }
window-settings-about = このアプリについて
window-settings-version = Rotunda { $version }

## 貯まったリセット。一つでアカウントの利用枠を一度空にします。

resets-banked = リセット { $count } 個
resets-in-use = リセットを使用中です。利用枠にはまだ表示されていません。
resets-banked-until = リセット { $count } 個、最初の期限は { $at }
resets-question = { $profile } のリセットを 1 個使いますか。{ $counters ->
    [five_hours] 5 時間のカウンター
    [week] 週のカウンター
    [both] 5 時間と週のカウンター
   *[other] カウンター
  }を今すぐ空にします（{ $left }）。{ $stay }元には戻せません。
resets-none-stays = これが最後の 1 個です。
resets-stay = あと { $count } 個残ります。
resets-stay-until = あと { $count } 個残り、最初の期限は { $at } です。
resets-early = まだ多く残っているため、今リセットしてもあまり意味がありません。
resets-same-number = 以前のリクエストにははっきりした応答がありませんでした。今回も同じ番号を使うため、OpenAI は両方を一つとして扱います。
resets-redeemed = { $profile } のリセットを 1 個使い、カウンターは空になりました。残りは { $count } 個です。
resets-redeemed-unasked = すべてのプロファイルが長時間使えないため、設定に従って { $profile } のリセットを 1 個使い、カウンターは空になりました。残りは { $count } 個です。
resets-accepted = OpenAI は { $profile } のリセットを 1 個使いました。利用枠にはまだ表れていません。表れたらアクティビティで知らせます。
resets-accepted-unasked = すべてのプロファイルが長時間使えないため、設定に従って { $profile } のリセットを 1 個使いました。利用枠にはまだ表れていません。表れたらアクティビティで知らせます。
resets-not-shown = OpenAI は { $profile } のリセットを使ったと答えましたが、利用枠にはまだ表れていません。`rotunda quota --refresh` で再度確認できます。
resets-never-clear = { $profile } のリセットが使われたかどうかは、まだ分かりません。OpenAI から明確な回答がなく、利用枠にも表れていません。`rotunda quota --refresh` で再度確認できます。
resets-nothing-used = { $profile } のリセットは使われませんでした。OpenAI によると使用済みの枠がありません。
resets-none = { $profile } のリセットは使われませんでした。貯まったリセットがありません。
resets-refused = { $profile } のリセットは使われませんでした。OpenAI が拒否しました。
resets-refused-because = { $profile } のリセットは使われませんでした。OpenAI の応答：{ $reason }
resets-not-asked = { $profile } のリセットは使われませんでした。OpenAI に送信していません：{ $reason }。
resets-not-arrived = { $profile } のリセットは使われませんでした。リクエストが届きませんでした。
resets-unclear = OpenAI からはっきりした応答がなかったため、{ $profile } のリセットが使われたかどうかは不明です。利用枠に表れる結果をアクティビティで知らせます。もう一度頼んでも同じ番号を使うため、二個目は使われません。
resets-under-way = { $profile } のリセットを使うリクエストを処理中です。結果はアクティビティで知らせます。
resets-ask-running = リセットは実行中の Rotunda が使います。先に Rotunda または `rotunda serve` を起動してください。
resets-ask-unread = { $profile } の利用枠を今は読み取れなかったため、リセットは使われませんでした。少し待ってからもう一度試してください。
resets-ask-expired = その確認は 10 分以上前のものです。リセットは使われませんでした。もう一度確認してください。
resets-ask-changed = { $profile } の貯まったリセットがその間に変わりました。リセットは使われませんでした。もう一度確認してください。
redeem-ask = リセットを使いますか。
redeem-ask-yes = リセットは使われませんでした。`rotunda redeem NAME --yes` は確認せずに使います。
redeem-nothing = リセットは使われませんでした。
menu-resets = · リセット { $count } 個
notice-reset-expires = { $profile } のリセットの期限が近づいています
notice-reset-expires-body = 使わなければ { $at } に失効します。ウィンドウまたは `rotunda redeem` で使えます。

## 始まらない応答。

activity-late = { $profile } のリクエストに対する OpenAI の応答が { $waited } 秒たっても始まりません。処理中かもしれないため、Rotunda は待ち続けます。
activity-late-usual = { $profile } のリクエストに対する OpenAI の応答が { $waited } 秒たっても始まりません。通常は { $usual } 秒以内に始まります。処理中かもしれないため、Rotunda は待ち続けます。
activity-stuck = OpenAI は { $profile } のリクエストを { $waited } 秒以内にすべて受け取りませんでした。何も実行されていないため、Rotunda は送り直します。
summary-late = { $summary } · 応答待ち
notice-late = { $profile } の応答がまだありません
notice-late-body = OpenAI の応答が通常よりはるかに長く始まりません。処理中かもしれないため、Rotunda は待ち続けます。やり直すには、Codex でターンを止めてもう一度送ってください。
setting-notice-late = 応答が通常よりはるかに長く始まらないときに通知します。
window-kind-late = 応答の遅れ

## The forecast of the whole pool.

forecast-no-profile = 予測できる利用枠のあるプロファイルがありません。
forecast-not-enough = 予測なし：履歴がまだ足りません（{ $of } 日中 { $days } 日）。
forecast-enough = このペースなら今後 5 日間は足ります。
forecast-until = このペースなら { $until } まで足ります。
forecast-back = その後 { $profile } は { $at } に戻ります。
forecast-two = { $first }{ $second }
forecast-out-now = すべてのプロファイルを使い切りました。
forecast-out-now-back = すべてのプロファイルを使い切りました。{ $profile } は { $at } に戻ります。
forecast-plans = このペースならプランは { $until } まで足ります。
forecast-plans-now = すべてのプランを使い切りました。
forecast-then-credits = その後は { $profile } のクレジットで支払います。
forecast-then-key = その後は API キー { $profile } を使い、使用量に応じて支払います。
forecast-old = { $sentence }数値は { $age }前のものです。
forecast-change-until = { $change }：{ $until } まで足ります。
forecast-change-enough = { $change }：5 日を超えて足ります。
forecast-change-order = 順番を「{ $order ->
    [resets_first] リセットで無駄になる分から
    [most_left] 残りが多い順
   *[my_order] 自分の順番
  }」にした場合
forecast-change-reserve = 予備を残さない場合
forecast-change-banked = { $profile } の貯まったリセットを 1 個使った場合
forecast-changes = 変えられること
forecast-reset = { $profile }：{ $window ->
    [five_hours] 5 時間の枠
    [week] 週の枠
   *[other] 利用枠
  }が新しく始まります
forecast-reset-expected = { $reset }（見込み）
forecast-event-out = すべてのプロファイルを使い切ります
forecast-event-back = { $profile } が戻ります
forecast-title = 今後 5 日間
forecast-chart = 全プロファイルの残りの平均（見込み）
forecast-left = 残りの平均
forecast-resets = 週以上の枠が新しく始まる時刻
forecast-lowest = 残りは { $low } から { $high } の間です。
forecast-when = 日時
forecast-what = 内容
forecast-day = 日
forecast-low = 最低
forecast-high = 最高
forecast-error = { $days } 日分から学習しました。予測と実際の差は docs/forecast.md で測定しています。
notice-runs-out-title = 利用枠がリセット前になくなります
notice-runs-out = { $from } から { $until } まで、すべてのプロファイルが使えなくなります。
notice-runs-out-open = { $from } から、すべてのプロファイルが使えなくなります。
notice-returned-title = { $profile } が戻りました
notice-returned = { $limit ->
    [five_hours] 5 時間の上限
    [week] 週の上限
   *[other] 上限
  }がリセットされました。{ $left }。
notice-returned-plain = { $limit ->
    [five_hours] 5 時間の上限
    [week] 週の上限
   *[other] 上限
  }がリセットされました。
notice-test-kind = テスト：{ $kind }

## Alerts in the settings.

setting-alert-five-hours = `low` で通知する、全プロファイルの 5 時間枠の残り（%）。[] ではこの枠について通知しません。
setting-alert-week = 週の枠についての同じ設定。
setting-quiet-hours = この時間帯には通知しません。終わった時点でまだ重要なものだけ通知します。終わりが始まりより後でないときは翌日です。
setting-work-days = `rotunda forecast` のための仕事の曜日。使用量から学習するか、ここで指定します。
setting-work-hours = `rotunda forecast` のための仕事の時間。使用量から学習するか、ここで指定します。
setting-notice-returned = ほかが対応している間に、使い切ったプロファイルが戻ったら通知します。
setting-notice-forecast = 予測で、1 日以内かつ次のリセット前に全プロファイルを使い切るときに通知します。
alerts-five-hours = 5 時間枠の残りがこの割合（%）になったら通知
alerts-week = 週の残りがこの割合（%）になったら通知
alerts-shares-example = 例：50, 20, 5
alerts-quiet = 通知しない時間帯
alerts-quiet-from = 開始
alerts-quiet-to = 終了
alerts-quiet-text = この時間帯には何も表示しません。終わった時点でまだ重要なものだけ通知します。
alerts-test = テストを送信
alerts-test-of = 「{ $kind }」のテストを送信
alerts-test-text = システムが通知を黙って捨てることがあります。テストで確認できます。
alerts-work = 仕事の時間（予測用）
alerts-work-days = 曜日
alerts-work-hours = 時間
alerts-work-text = 「learned」は過去数週間の使用量に従います。それ以外は mon-fri のような曜日と 09:00-18:00 のような時間を入力します。
alert-rotated = Codex が別のプロファイルに切り替わった
alert-last = 最後のプロファイルを使用中
alert-out = すべてのプロファイルを使い切りました
alert-back = Codex を続行できます
alert-signin = プロファイルに新しいサインインが必要
alert-unbound = ほかのプログラムが config.toml を変更した
alert-port = ルーターを起動できない
alert-low = 全プロファイル合計の残りが少ない
alert-credits = クレジットが使われています
alert-resets = 貯まったリセットが 2 日以内に失効する
alert-late = 応答が長く始まらない
alert-returned = 使い切ったプロファイルが戻った
alert-forecast = 利用枠がリセット前になくなる

## 一行の状態とガード。

status-line-row = { $profile } · { $summary }
status-line-off = Rotunda は停止中
status-line-off-with = Rotunda は停止中 · { $row }
status-line-silent = Rotunda が応答しません
status-line-silent-with = Rotunda が応答しません · { $row }
status-line-field = { $field } は行のフィールドではありません。使えるフィールドは { $fields } です。
status-line-brace = テンプレートの波かっこに対がありません。波かっこ自体は二つ重ねて書きます。
guard-enough = { $profile } は{ $left }です。求められたのは { $min } 以上です。
guard-too-little = 残りが { $min } ある準備完了のプロファイルはありません。最も多いのは { $profile } の { $left } です。
guard-none-ready = 準備完了のプロファイルがありません。
guard-more = { $what }次に増えるのは{ $at }の見込みです。
guard-unknown = 残りはまだ分かりません。`rotunda quota --refresh` で提供元に問い合わせます。
guard-no-profile = プランのあるプロファイルがありません。`rotunda login` で追加します。
guard-no-such-profile = 「{ $name }」というプロファイルはありません。
guard-waits = 残りが { $min } になるまで待ちます。Ctrl+C で終了します。
guard-off = Rotunda は停止中です。これは最後に分かった値です。

## フック: 何かが起きたときに実行されるコマンド。

setting-hook = アクティビティにこの種類の行が加わったときに実行されるコマンド。出来事は JSON として標準入力に渡されます。`rotunda hooks try` で試せます。
setting-hook-any = すべての出来事で、その種類のコマンドの後に実行されるコマンド。
setting-hook-notice = トレイアプリがこれを通知するときに実行されるコマンド。通知がオンかオフかは問いません。
hook-code = 終了コードは { $code } でした
hook-signal = シグナルで終了しました
hook-too-long = { $seconds ->
   *[other] { $seconds } 秒
  }を超えたため終了させました
hook-not-started = 起動できませんでした: { $error }
hook-test = フック { $hook } のテストです。実際には何も起きていません。
hook-worked = フック { $hook } は動作しました。
hooks-none = フックは設定されていません。`rotunda hooks --all` で種類を一覧し、`rotunda settings set hooks.種類 コマンド` で設定します。
hooks-not-set = フック { $hook } にはコマンドがありません。`rotunda settings set hooks.{ $hook } コマンド` で設定します。
error-no-hook = { $hook } というフックの種類はありません。`rotunda hooks --all` で一覧できます。
activity-hook-failed = フック { $hook } が失敗しました: { $why }。
activity-hooks-left-out = フック { $hook } の後ろに待ちが多すぎたため、フックのコマンドが省かれました。

## 日・モデル・プロファイル・セッション・プロジェクト別の使用量。

setting-usage-keep = 使用量（`rotunda usage`）を保存する日数。
setting-usage-names = 使用量とともにプロジェクトの名前を保存するかどうか。保存しない場合、プロジェクトは名前やフォルダーの分からない番号になります。オフにすると、保存した名前は削除されます。
setting-updates = 新しいバージョンがあるかを 1 日に 1 回確認する先。署名された情報のアドレスです。Rotunda は新しいバージョンを表示するだけで、インストールはしません。"off": 確認しません。
usage-since = { $since } は過去の日ではありません。2026-11-01 のような日付か、30d のような日数を指定してください。
usage-none = { $day } 以降の使用はありません。
usage-head-by = { $by ->
    [day] 日
    [model] モデル
    [profile] プロファイル
    [session] セッション
    [project] プロジェクト
   *[client] プログラム
  }
usage-head-requests = リクエスト
usage-head-input = 入力
usage-head-cached = キャッシュ
usage-head-output = 出力
usage-head-reasoning = 推論
usage-head-cost = API 換算
usage-unknown = 不明
usage-no-model = モデル名なし
usage-total = 合計
usage-estimate = API 換算は見積もりです。{ $date } 時点の OpenAI の定価（標準処理、272,000 トークンまでの入力）に基づき、古い可能性があります。
usage-without-price = 価格がなく見積もりに含まれないもの: { $models }。
usage-without-price-more = 価格がなく見積もりに含まれないもの: { $models } ほか { $more } 件。
usage-unmeasured = { $count ->
   *[other] { $count } 件のリクエスト
  }には数値がありません。応答が途切れたか拒否されました。
usage-left-out = { $count ->
   *[other] { $count } 行
  }は一覧になく、合計に含まれています。

## ウィンドウ: 設定のフック。

window-hooks-title = フック
window-hooks-text = 出来事の種類ごとに実行するコマンド。出来事は JSON として標準入力に渡され、最長 30 秒、一つずつ実行されます。例は docs/hooks.md にあります。
window-hooks-command = コマンドの種類:
window-hooks-add = 追加する種類
window-hooks-choose = 種類を選択…
window-hooks-try = 試す
window-hooks-try_it = フック { $kind } を試す
window-hooks-remove = 削除
window-hooks-remove_it = フック { $kind } を削除

## ウィンドウ: アクティビティの使用量。

window-spent-title = 使用量の内訳
window-spent-copy = CSV としてコピー
window-spent-by = 区分
window-spent-by-day = 日
window-spent-by-model = モデル
window-spent-by-profile = プロファイル
window-spent-by-session = セッション
window-spent-by-project = プロジェクト
window-spent-by-client = プログラム
window-spent-days = 期間
window-spent-last = { $count ->
   *[other] 直近 { $count } 日
  }
window-spent-none = この期間の使用はありません。
window-spent-chart = { $by }別のトークン
window-spent-sum = 入力 { $read }（うちキャッシュ { $cached }）、出力 { $written }、API 換算 { $cost }
window-spent-read = 入力
window-spent-cached = キャッシュ
window-spent-written = 出力
window-spent-reasoning = 推論
window-spent-cost = API 換算
window-spent-total = 合計
window-spent-unknown = 不明
window-spent-estimate = API 換算は見積もりです。{ $date } 時点の OpenAI の定価（標準処理）に基づき、古い可能性があります。
window-spent-without_price = 価格のないもの: { $models }。
window-spent-unmeasured = { $count ->
   *[other] { $count } 件のリクエスト
  }には数値がありません。応答が途切れたか拒否されました。
window-spent-left_out = { $count ->
   *[other] { $count } 行
  }は一覧になく、合計に含まれています。

## ウィンドウ: 設定の保存する使用量。

window-kept-title = 保存する使用量
window-kept-days = 保存期間
window-kept-unit = 日
window-kept-names = プロジェクトの名前を保存する
window-kept-names_text = 保存しない場合、プロジェクトは名前やフォルダーの分からない番号になります。オフにすると、保存した名前は削除されます。
window-updates-title = 新しいバージョン
window-updates-address = 1 日に 1 回確認するアドレス
window-updates-text = このプログラムの鍵で署名された情報だけを使用します。Rotunda は新しいバージョンを表示するだけで、インストールはしません。

## プロジェクトごとの規則: `rotunda project` とウィンドウ

done-project-added = これから { $place } には { $profiles } だけが使われます。
done-project-removed = { $place } には、再びすべてのプロファイルを使えます。
error-no-project = { $place } の規則はありません。`rotunda project list` で規則を一覧できます。
project-none = プロジェクトごとの規則はありません。すべてのプロファイルをすべてのプロジェクトに使えます。`rotunda project add` で作れます。
project-missing = { $profile }（このプロファイルはありません）
project-no-profile = プロファイルなし: そこでは何も使われません
project-free = { $place } に当てはまる規則はありません。すべてのプロファイルを使えます。
project-holds-folder = フォルダー { $rule } の規則により、{ $place } には { $profiles } だけが使われます。
project-holds-repository = リポジトリ { $rule } の規則により、{ $place } には { $profiles } だけが使われます。
project-holds-none = { $place } の規則に共通する使えるプロファイルがないため、何も使われません。
project-not-there = { $place } はありません。存在するフォルダーか、リポジトリのアドレスを指定してください。
project-no-address = { $place } はリポジトリのアドレスではありません。例: github.com/ada/engine
project-other-clones = このリポジトリのほかのクローンには当てはまりません。アドレスの規則ならすべてに当てはまります: rotunda project add { $address } --profiles { $profiles }
run-rule = { $place } の規則により、ここでは { $profiles } だけが使われます。
run-rule-excludes = { $place } の規則により、ここでは { $profiles } だけが使われるため、{ $profile } は使われません。`rotunda project remove` で規則を削除できます。
run-rule-no-profile = { $place } の規則により、ここで使えるプロファイルはありません。`rotunda project show` でどの規則か分かります。
window-projects-title = プロジェクト
window-projects-text = 規則を作ると、フォルダーやリポジトリでの作業には選んだプロファイルだけが使われます。顧客のデータを顧客のプランで扱うためのものです。使い切ったときも、そこではほかのものは使われません。
window-projects-none = 規則はまだありません。すべてのプロファイルをすべてのプロジェクトに使えます。
window-projects-place = フォルダー、またはリポジトリのアドレス
window-projects-place_hint = /home/ada/clients/engine または github.com/ada/engine
window-projects-profiles = プロファイル
window-projects-of = { $place } のプロファイル
window-projects-add = 規則を追加
window-projects-remove = 削除
window-projects-remove_it = { $place } の規則を削除
window-projects-missing = { $profile }（このプロファイルはありません）
window-projects-no_profile = 使えるプロファイルがないため、ここでは何も使われません。

## Other programs than Codex.

done-client-added = { $client } を追加しました。
done-client-revoked = { $client } のキーを取り消しました。
done-client-renewed = { $client } に新しいキーを発行しました。以前のキーはもう使えません。
note-clients-off = 他のプログラムはオフです。`rotunda settings set clients.responses true` (Claude Code は `clients.messages`、Chat Completions は `clients.chat`) を実行するまで、キーは使えません。
clients-on = 他のプログラムはオンです。API のアドレスは { $url } です。
clients-terms = ChatGPT のプランは特定のプログラム向けに販売されています。他のプログラムに使えるかどうかは提供元の利用規約で決まります。Rotunda には分かりません。規約に反するアカウントは、提供元が制限または閉鎖することがあります。
clients-switch-off = `rotunda settings set { $switch } false` で他のプログラムをすぐにオフにできます。
client-key = このプログラムのキーです。表示されるのは今回だけです:
client-all-profiles = すべてのプロファイル
client-no-profile = プロファイルなし: 指定されたものはもうありません
clients-none = 他のプログラムはありません。`rotunda client add NAME` で追加できます。
error-no-client = 「{ $client }」というプログラムはありません。`rotunda client list` で一覧できます。
error-client-name = プログラムの名前は、見える文字で 1 ～ 40 文字にしてください。
error-client-name-taken = 同じ名前のプログラムがあります。別の名前を選んでください。
error-clients-many = プログラムは { $most } 個あり、これ以上は追加できません。先に 1 つ取り消してください。
error-client-key = Rotunda が他のプログラム用に作るキーではありません。

## Other programs, in the window.

window-clients-title = 他のプログラム
window-clients-switch = Responses API を使うプログラムにプロファイルの使用を許可する
window-clients-switch_means = プログラムごとに専用のキーを使い (rotunda client add NAME)、{ $url } の API を利用します。
window-clients-switch_messages = Messages API を使うプログラムにプロファイルの使用を許可する: Claude Code (rotunda run --client NAME)
window-clients-switch_chat = Chat Completions を使うプログラムにプロファイルの使用を許可する
window-clients-terms = ChatGPT のプランは特定のプログラム向けに販売されています。他のプログラムに使えるかどうかは提供元の利用規約で決まります。Rotunda には分かりません。規約に反するアカウントは、提供元が制限または閉鎖することがあります。ここでいつでもオフにできます。
window-clients-none = キーを持つプログラムはありません。
window-clients-all_profiles = すべてのプロファイル
window-clients-no_profile = プロファイルなし: 指定されたものはもうありません
window-clients-revoke = 取り消す
window-clients-revoke_of = { $name } のキーを取り消す
window-clients-revoked = { $name } のキーを取り消しました。

## A newer version.

# version: such as 0.2.0; page: the address where it is to be had.
update-newer = Rotunda { $version } が公開されました: { $page }
update-forged = updates.address の内容には、このプログラムの鍵による署名がありません。使用しませんでした。
update-older = updates.address の内容は、以前の内容より古いものです。使用しませんでした。
update-malformed = updates.address の内容は署名されていますが、Rotunda のバージョンが書かれていません。使用しませんでした。
update-not-reached = updates.address から応答がありません。1 日後にもう一度確認します。
update-no-key = このビルドの Rotunda には新しいバージョンの通知を検証する鍵がないため、updates.address を確認しません。
