### Rotunda 的文字，简体中文。与 en.ftl 的消息和变量相同；由测试比较。

## The language's own name, as the window's settings list it.

language-name = 简体中文

## A text of the system or of another program, as it is.

quoted = { $text }

## Numbers and times.

number-left = 剩余 { $share }
number-out = 已用完
number-low = 偏低，{ $left }
span-none = 现在
span-minutes = { $minutes } 分钟
span-hours = { $hours } 小时
span-hours-minutes = { $hours } 小时 { $minutes } 分
span-days = { $days } 天
span-days-hours = { $days } 天 { $hours } 小时
reset-now = 现在重置
reset-in = { $span }后重置

## A time after a verb: "continues at 14:05".

time-at-today = { $clock }

## A time after "until", and one that is not today.

time-today = { $clock }
time-tomorrow = 明天 { $clock }
time-weekday = { $weekday ->
    [1] 周一
    [2] 周二
    [3] 周三
    [4] 周四
    [5] 周五
    [6] 周六
   *[7] 周日
  } { $clock }
time-date = { $month }月{ $day }日 { $clock }
updated-now = 刚刚更新
updated-minutes = { $minutes } 分钟前更新
updated-hours = { $hours } 小时前更新
updated-days = { $days } 天前更新
updated-long-ago = 上次已知

## The tray's first line and the window's head.

headline-cant-listen = 无法监听端口 { $port }
headline-keychain-locked = 请解锁钥匙串以继续
headline-keychain-denied = 请允许 Rotunda 使用钥匙串以继续
headline-no-keychain = 没有可用的钥匙串
headline-not-saved = { $profile } 的登录尚未保存
headline-keychain-silent = 钥匙串没有响应
headline-no-collection = 钥匙串没有默认密钥环
headline-binding-changed = 绑定被其他程序更改
headline-no-profile = 添加一个配置即可开始
headline-not-bound = Codex 未绑定
headline-router-stopped = Codex 在等待：路由器没有运行
headline-all-out = 所有配置都已用完 · { $at } 恢复
headline-using = Codex 正在使用 { $profile }
headline-using-left = Codex 正在使用 { $profile } · { $left }
headline-none-ready = 没有可用的配置
headline-ready = Codex 已绑定 · { $count } 个配置可用

## What a click on the first line opens.

headline-opens = { $headline }…
headline-fix = { $headline } · 修复…
headline-sign-in-again = { $headline } · 重新登录…

## The line under the first line.

outlook-no-profile = 您拥有的每个 ChatGPT 套餐，各登录一次即可。
outlook-waits = 所有配置都已用完。Codex 正在等待，{ $at } 用 { $profile } 继续。
outlook-out = 所有配置都已用完。{ $at } { $profile } 重置后，Codex 可以继续。
outlook-next-profile = 下一个配置
outlook-ready = { $all } 个配置中有 { $ready } 个可用
outlook-ready-next = { outlook-ready }，下次重置 { $until }

## A profile's row, after its name.

summary-out = 已用完，{ $until } 恢复
summary-resting = 休息到 { $until }
summary-needs-sign-in = 重新登录
summary-sign-in-again = { summary-needs-sign-in }…
summary-no-codex = 套餐不含 Codex
summary-paused = 已暂停
summary-ready = 可用
summary-resets = { $left }，{ $resets }
summary-week = { $left } · 每周 { $week }
summary-last-known = { $summary } · 上次已知
summary-not-saved = { $summary } · 尚未保存

## Why a profile takes no work.

reason-no-codex-until = OpenAI 表示它的套餐不含 Codex。{ $at } 会再次尝试。
reason-no-codex = OpenAI 表示它的套餐不含 Codex。下一个请求会再次尝试。
reason-resting = { $cause ->
    [five_hours] 它的 5 小时额度已用完。
    [week] 它的每周额度已用完。
    [credits] 它的套餐已用完。按照设置，现在不使用它的点数。
    [trouble] OpenAI 处理它的请求时出了故障。
   *[limit] 它的额度已用完。
  }
reason-sign-in-ended = OpenAI 终止了这个登录。
reason-paused = 您暂停了它。
reason-own-account-out = Codex 自己的账户额度已用完。在额度恢复之前，Codex 的终端界面可能会把消息留在队列中，或把模型改为 gpt-reserve。

## The second line of Codex's config.toml, which is written while Codex's own account is out.

second-line-what = 当 Codex 自己的账户额度已用完而另一个配置可用时，Rotunda 会在 config.toml 中写入第二行 chatgpt_base_url，使 Codex 的终端界面可以继续；在这一行存在期间，如果 Rotunda 崩溃，Codex 在 Rotunda 恢复之前无法启动，连接器不可用，并且 Codex 的错误文本可能显示 Rotunda 的密钥。
second-line-stands = 因为 Codex 自己的账户额度已用完而另一个配置可用，config.toml 中有第二行 chatgpt_base_url：Codex 读取所有配置合起来的剩余额度。在此期间连接器不可用。
second-line-due = 第二行即将写入：路由器应答之后就会写入。
second-line-off = 第二行已关闭。
second-line-foreign = 第二行已开启但不存在：config.toml 中有您自己的 chatgpt_base_url，Rotunda 不会改动它。
second-line-not-bound = 第二行已开启但不存在：Codex 没有绑定。
second-line-not-serving = 第二行已开启但不存在：路由器没有应答。
second-line-own-unknown = 第二行已开启但不存在：Codex 自己的账户不是配置，所以 Rotunda 不知道它的额度何时用完。
second-line-own-served = 第二行已开启但不存在：Codex 自己的账户额度没有用完。
second-line-no-other = 第二行已开启但不存在：除 Codex 自己的账户之外没有可用的配置。
note-second-line-off = 第二行已关闭，不在 config.toml 中。

## A renewed sign-in that is not saved yet.

not-saved = 它续期后的登录尚未保存：{ $cause }。{ $help }，之后 Rotunda 会自动保存。如果在此之前 Rotunda 退出，这个登录就会丢失。
not-saved-locked = 钥匙串已锁定
not-saved-locked-help = 请解锁钥匙串
not-saved-denied = 访问被拒绝
not-saved-denied-help = 请允许 Rotunda 使用保存登录的位置
not-saved-keychain-help = 请确认钥匙串可用
not-saved-file-help = 请在该磁盘上腾出空间，并确认 Rotunda 可以写入

## Where the pace of a quota window leads.

pace-even = 用量平稳
pace-lasts = 能用到重置
pace-out = 照此速度 { $at } 用完

## The place where sign-ins are kept.

vault-in-file = 登录保存在文件里，您的任何程序都能读取它。运行 `rotunda vault move keychain` 可把登录移到钥匙串。
vault-locked = 钥匙串已锁定。解锁后 Codex 会继续。如果无法解锁，请在 settings.toml 中设置 `vault = "file"`，然后重新登录。
vault-dismissed = 钥匙串已锁定，密码提示已被关闭。请解锁钥匙串，或刷新以再次显示提示。如果无法解锁，请在 settings.toml 中设置 `vault = "file"`，然后重新登录。
vault-not-answering = 钥匙串没有响应。请重新启动提供它的程序，或在 settings.toml 中设置 `vault = "file"`，然后重新登录。
vault-no-collection = 钥匙串没有默认密钥环。请在钥匙串自己的程序中创建一个并设为默认，或在 settings.toml 中设置 `vault = "file"`，然后重新登录。
vault-cannot-save = 钥匙串可以读取，但无法保存。请让它可以写入，或运行 `rotunda vault move file` 把登录保存在私有文件里。
vault-denied = 钥匙串拒绝了访问。请允许 Rotunda 使用它自己的项目，Codex 就会继续。
vault-no-keychain = 没有可用的钥匙串。请启动一个（在 Linux 上是 Secret Service，例如 gnome-keyring），或在 settings.toml 中设置 `vault = "file"` 把登录保存在私有文件里，然后重新登录。
vault-no-file = 无法使用保存登录的文件。请确认您可以读写 Rotunda 数据文件夹中的 vault.json。
vault-broken = 无法识别所保存的登录。请为每个配置重新登录。

## Codex's config.toml.

binding-stale = Codex 指向 { $url }，Rotunda 已不在那里监听。
binding-foreign = Codex 指向 { $url }。
binding-unreadable = 第 { $line } 行：{ $error }。
binding-failed = 无法读取：{ $error }。
binding-other-provider = Codex 使用其 config.toml 中的提供方“{ $provider }”，所以这一行不起作用。

## Another file that decides where Codex connects.

override-managed-address = 管理员的 { $file } 让 Codex 使用 { $address }，优先于 config.toml。请让管理员在其中允许 Rotunda 的地址。
override-managed-provider = 管理员的 { $file } 让 Codex 使用提供方“{ $provider }”，优先于 config.toml。请让管理员允许内置的提供方。
override-managed-unreadable = 管理员的 { $file } 无法读取（{ $reason }），Codex 因此无法启动。请告知管理员。
override-env-proxy = { $file } 中的 { $variable } 会让 Codex 把发往本机的请求交给代理。请在其中加上 NO_PROXY=127.0.0.1,localhost 这一行。
override-env-address = { $file } 把 OPENAI_BASE_URL 设为 { $address }。Codex 以 config.toml 为准并忽略它，但其他程序可能会使用：不需要时请删去这一行。
override-open = { $file } 中有 Rotunda 的密钥，而本机的其他用户也能访问：`chmod 600` 可使其仅归您所有。
override-read-only-tool = { $file } 是只读的，因为它由 { $tool } 写入。请把 `rotunda bind --print` 输出的那一行加入其源文件。
override-read-only = { $file } 是只读的：绑定前请允许写入。如果它由某个工具写入，请把 `rotunda bind --print` 输出的那一行加入其源文件。

## Check: what is between Codex and OpenAI.

check-codex-missing = 没有找到 Codex 命令。桌面应用不需要它。
check-codex-at = { $version } 位于 { $path }。
check-codex-silent = { $path } 没有给出它的版本。
check-app-none = 没有找到桌面应用自带的 Codex；命令行不需要它。
check-app-at = 桌面应用自带 { $version }，位于 { $path }。
check-app-silent = 桌面应用的 { $path } 没有给出它的版本。
check-proxy-named = { $variable } 把发给这台电脑自己的请求也送往代理。
check-proxy-of-system = 系统把发给这台电脑自己的请求也送往代理。
check-proxy-proof = { $finding }一个发给路由器的请求到了 { $place }。
check-proxy-unanswered = { $finding }一个发给路由器的请求没有得到响应。
check-way-straight = 发给路由器的请求直接到达，不经过任何代理。
check-sockets-to-proxy = { $variable } 把 Codex 的 WebSocket 连接送往代理，而 NO_PROXY 只让其他请求直接到达这台电脑。
check-no-proxy = 这个环境中没有代理会截取发给这台电脑自己的请求。
check-bound = Codex 已通过 { $file } 中的一行绑定。
check-not-bound = Codex 未绑定，使用自己的登录。
check-foreign = { $finding }这是另一个程序或您自己设置的。
check-unreadable = 无法读取 { $file }。{ $finding }
check-router-stopped = 路由器没有运行。
check-router-awaited = { $finding }Codex 已绑定，正在等它。
check-router-answers = 路由器在 127.0.0.1:{ $port } 有响应。
check-router-answers-with = 路由器对 Codex 自己的地址返回 { $status }。
check-router-silent = 路由器没有响应：{ $error }。
check-guards = 路由器拒绝不知道密钥的程序。
check-guards-not = 路由器对没有密钥的程序返回了 { $status }。
check-reaches = Codex 自己的检查能连到路由器。
check-reaches-not = Codex 自己的检查连不到路由器：{ $error }。
check-no-layers = 没有 Codex 的配置文件指向别处。
check-layer = { $file } 指定了自己的地址或提供方：使用 `codex --profile { $profile }` 时 Codex 不会经过这里。
check-own-sign-in = Codex 有自己的登录，它的应用需要。
check-own-ended = Codex 自己的访问权限已于 { $date } 到期；需要时它会续期。
check-own-in-keychain = Codex 在钥匙串里有自己的登录，它的应用需要。
check-own-unread = Codex 把自己的登录保存在钥匙串里，这里没有向钥匙串询问；对话不需要它。
check-own-in-memory = Codex 只在运行时保留自己的登录；对话不需要它。
check-own-encrypted = Codex 把自己的登录保存在加密文件 { $file } 里，只有 Codex 能打开；对话不需要它。
check-own-absent = Codex 没有自己的登录；对话不需要它。
check-own-not-shared = Codex 自己用{ $kind }登录，Rotunda 无法共享它。对话不需要它，无需任何操作。
check-own-of-variable = Codex 自己用变量 { $variable } 中的{ $kind }登录，Rotunda 无法共享它。对话不需要它，无需任何操作。
check-own-unreadable = 无法读取 Codex 自己的登录：{ $error }。
check-authorities-unusable = { $variable } 指定的证书颁发机构文件中没有 PEM 格式的证书，或者无法读取。
check-upstream-away = 现在无法从这里连接 OpenAI。
check-upstream-there = 可以连接 OpenAI。
check-clock-right = 可以连接 OpenAI，这台电脑的时钟也准确。
check-clock-fast = 这台电脑的时钟快了 { $seconds } 秒：登录会在错误的时间到期。
check-clock-slow = 这台电脑的时钟慢了 { $seconds } 秒：登录会在错误的时间到期。
check-clock-by-certificate = OpenAI 的证书在这台电脑的日期 { $date } 无效：时钟不对，或有其他程序代替 OpenAI 应答。
check-no-profile = 没有配置，所以 Rotunda 无法为 Codex 服务。
check-none-ready-yet = { $headline }。
check-none-ready = 没有配置能为 Codex 服务，也没有会自动恢复的。
check-signed-out = { $all } 个配置中有 { $ready } 个能为 Codex 服务；{ $out } 个需要重新登录。
check-ready = { $all } 个配置中现在有 { $ready } 个能为 Codex 服务。
check-orphans = 保存着 { $count } 个没有配置的登录。
check-own-account-out = Codex 自己的账户（配置 { $profile }）额度已用完。在额度恢复之前，即使其他配置可用，Codex 的终端界面也可能会把消息留在队列中，或把模型改为 gpt-reserve。
check-missed-profiles = 有 { $count } 次对话以错误结束，而当时有可用的配置没有被询问：这是 Rotunda 的缺陷。
check-vault-unchecked = 无法读取设置，所以没有检查。
check-vault-silent = 钥匙串没有响应。
check-vault-empty = 钥匙串有响应，但没有第一个配置的登录。
check-vault-keychain = 登录保存在系统钥匙串里，钥匙串有响应，也能保存。
check-vault-keychain-named = 登录保存在系统钥匙串（{ $provider }）里，钥匙串有响应，也能保存。
check-vault-plain-sessions = { $finding }它不支持加密会话，所以内容以明文经过一个只有您自己的程序才能打开的套接字。
check-vault-file = 登录保存在私有文件里，而不是钥匙串。
check-vault-not-saving = 登录可以读取，但测试项目没有保存下来：{ $error }。
check-vault-refused = 无法读取登录：{ $error }。
check-settings-bad = 无法使用设置：{ $error }。
check-settings-warn = { $warning }。
check-settings-read = 可以读取设置。
check-nothing-written = Rotunda 还没有写入任何内容。
check-writable = 可以写入 { $folder }。
check-not-writable = 无法写入 { $folder }：{ $error }。
check-log = 日志是 { $path }。
check-no-log = 还没有日志；运行中的 Rotunda 会写入 { $path }。
check-login-unchecked = 这里不检查登录系统时是否启动；请看窗口中的设置。
check-login-off = 登录系统时不启动 Rotunda。
check-login-app = 登录系统时从 { $program } 启动托盘应用。
check-login-router = 登录系统时从 { $program } 启动路由器，没有托盘。
check-login-no-command = 登录系统时不启动 Rotunda：{ $entry } 中没有可读的命令。
check-login-inactive = 登录系统时不启动 Rotunda：{ $entry } 被其中的 `{ $line }` 一行关闭。
check-login-unit = 登录系统时由 systemd 单元 rotunda.service 启动路由器。
check-login-gone = { $entry } 在登录系统时启动 { $program }，但它不存在。
check-wsl-windows-shared = Windows 上的 Codex 在 { $folders } 有自己的 config.toml，此 Rotunda 不会自动绑定它。两侧共用端口，因此用该文件夹运行 `rotunda bind --codex-home` 即可绑定；也可以在 Windows 上安装 Rotunda，并在设置中使用另一个端口。
check-wsl-windows-apart = Windows 上的 Codex 在 { $folders } 有自己的 config.toml。WSL 有独立的网络，它无法连接 WSL 内的路由。如需使用，请在 Windows 上安装 Rotunda。
check-wsl-linux-shared = WSL（{ $names }）内的 Codex 有自己的 config.toml，此 Rotunda 不会自动绑定它。两侧共用端口，因此用其文件夹（例如 \\wsl.localhost\Ubuntu\home\you\.codex）运行 `rotunda bind --codex-home` 即可绑定；也可以在 WSL 内安装 Rotunda，并在设置中使用另一个端口。
check-wsl-linux-apart = WSL（{ $names }）内的 Codex 有自己的 config.toml。WSL 有独立的网络，它无法连接此路由。如需使用，请在 WSL 内安装 Rotunda。
check-tray-always = 这个系统总是显示托盘图标。
check-tray-no-session = 这里没有会话总线，所以没有托盘；路由器不需要它。
check-tray-there = 这个桌面显示托盘图标。
check-tray-missing = 这个桌面上没有程序显示托盘图标。
check-tray-hangs = 显示托盘图标的程序没有响应。
check-tray-silent = 会话总线没有响应，所以不知道是否有托盘。

## What Codex itself is signed in with.

auth-kind = { $kind ->
    [chat_gpt] {" "}ChatGPT 账户
    [api_key] {" "}API 密钥
    [agent_identity] 代理身份
    [personal_access_token] 个人访问令牌
    [bedrock] {" "}Amazon Bedrock{" "}
    [host_tokens] 启动它的程序提供的令牌
    [workload_identity] 工作负载身份
   *[access_token] 访问令牌
  }
auth-kind-other = “{ $name }”类型的凭据

## Check: what to do.

fix-name-path = 请把 `codex` 放到 PATH 中，或用 { $variable } 指定它的位置。
fix-install-codex = 请重新安装 Codex。
fix-install-app = 请重新安装桌面应用。
fix-except-loopback = 请在启动 Codex 的地方设置 NO_PROXY=127.0.0.1,localhost。
fix-name-authorities = 请在启动 Rotunda 和 Codex 的地方更正这个变量，然后重新启动 Rotunda。
fix-switch = `rotunda bind --switch` 会切换到内置提供方，直到解除绑定。
fix-bind = `rotunda bind` 会让它指向这里。
fix-bind-afresh = `rotunda bind` 会更新那一行。
fix-bind-or-unbind = `rotunda bind` 会让它指向这里；`rotunda unbind` 会恢复现在的内容。
fix-correct-file = 请改正这个文件。只要它无法解析，Rotunda 就不会动它。
fix-start = 请启动应用或 `rotunda serve`。
fix-start-or-unbind = 请启动应用或 `rotunda serve`，或运行 `rotunda unbind`。
fix-restart-and-see = 请重新启动 Rotunda；动态和日志中有更多信息。
fix-restart-for-port = 可能有其他程序在监听端口 { $port }：请重新启动 Rotunda。
fix-restart = 请重新启动 Rotunda。
fix-ask-codex = `codex doctor` 会给出更多信息；通常的原因是代理或被改动的 config.toml。
fix-take-out = 请从中删除那一行，或有意保留它。
fix-sign-in-in-app = 如果它的应用显示已退出登录，请在那里重新登录。
fix-sign-in-codex = 请用 `codex login` 重新登录。
fix-network = 请检查这台电脑的网络，以及 Rotunda 设置中的代理。
fix-set-clock = 请校准时钟，或让系统自动校准。
fix-add-profile = `rotunda login` 会添加一个。
fix-wait = 请等待，或再添加一个配置。`rotunda profiles` 会显示各自何时恢复。
fix-see-profiles = `rotunda profiles` 会说明原因：请重新登录或恢复其中一个。
fix-take-back = `rotunda import` 会列出它们并可取回。
fix-own-account-out = `codex exec` 不受影响。要使用终端界面，请让 Codex 自己登录一个还有额度的账户（`codex login`），或等待额度重置。
fix-second-line-dead = 在这一行存在而路由器没有运行期间，Codex 的终端界面无法启动：请启动 Rotunda，或运行 `rotunda unbind`。
fix-second-line-foreign = 如果需要第二行，请从 config.toml 中删除您的 chatgpt_base_url；否则请用 `rotunda bind --second-line off` 关闭它。
fix-report-defect = 请附上 `rotunda doctor --bundle FILE` 生成的文件进行报告。
fix-sign-in-each = `rotunda profiles` 会列出它们；请为每个运行 `rotunda login --profile NAME`。
fix-sign-in-to = 请用 `rotunda login --profile { $profile }` 重新登录。
fix-new-key = 它的 API 密钥被拒绝：请运行 `rotunda remove { $profile }`，再用新的密钥运行 `rotunda add-key --name { $profile }`。
fix-settings-first = 请先改正设置。
fix-unlock = 请解锁它，然后重试。
fix-unlock-keychain = 请解锁钥匙串，然后重试。
fix-sign-in-again = 请用 `rotunda login --profile 名称` 重新登录；`rotunda profiles` 会列出名称。
fix-move-to-keychain = 如果有钥匙串，请运行 `rotunda vault move keychain`。
fix-do-one = 请做其中一项，然后重试。
fix-allow = 请允许 Rotunda 使用它自己的项目，然后重试。
fix-correct-line = 请改正那一行。
fix-correct-setting = 请在 settings.toml 中改正或删除它。
fix-make-room = 请腾出空间，或把文件夹的权限还给您的用户。
fix-login-again = 请在窗口的设置中关闭再打开“登录系统时启动 Rotunda”。
fix-app-indicator = 在 GNOME 上请安装 AppIndicator 扩展，或再次启动 Rotunda 以打开窗口。
fix-sign-out = 请注销桌面后重新登录。

## The tray menu, its tooltip, the settings' notes and the question before quitting.

menu-tip = Rotunda：{ $headline }
menu-tip-serving = Rotunda：{ $profile } { $summary }。另有 { $others } 个可用。
menu-show-all = 显示全部 { $count } 个配置…
menu-next = 切换到下一个配置
menu-no-next = 没有其他可用的配置
menu-stay = 固定使用 { $profile }
menu-bind = 绑定 Codex
menu-bind-again = 重新绑定 Codex
menu-unbind = 解除绑定 Codex
menu-unreadable = 无法读取 config.toml…
menu-add = 添加配置…
menu-settings = 设置…
menu-get-web-view = 安装 WebView2 以打开窗口…
menu-update = Rotunda { $version } 已发布…
menu-quit = 退出 Rotunda
settings-port-later = 端口 { $next } 从 Rotunda 下次启动起使用；在此之前仍是 { $now }。
settings-proxy-later = 代理从 Rotunda 下次启动起使用。
quit-title = 退出 Rotunda？
quit-text = Codex 将恢复使用自己的登录。现在打开着的对话需要重启 Codex。
quit-yes = 退出并解除绑定
quit-no = 取消

## Why the app does not do what its window or its menu asks.

refusal-unknown = Rotunda 无法这样执行 { $command }。没有更改任何内容。
refusal-no-profile = 没有这个配置。没有更改任何内容。
refusal-no-place = 登录保存在钥匙串或文件中。没有移动任何内容。
refusal-login-switch = “登录系统时启动”只能打开或关闭。没有更改任何内容。
refusal-login-kept = 没有更改“登录系统时启动”：{ $error }。
refusal-settings = 没有更改任何内容：{ $error }。
refusal-answer = 无法显示回答：{ $error }。

## Notifications.

notice-moved-to = Codex 已换到 { $profile }
notice-moved-often = Codex 在 10 分钟内换了 { $times } 次
notice-moved-body = { $from } 的{ $limit ->
    [five_hours] {" "}5 小时额度
    [week] 每周额度
   *[other] 额度
  }已用完，{ $until } 恢复。{ $state }。
notice-has = { $profile } { $left }
notice-is-ready = { $profile } 可用
notice-chosen = 您选择了 { $profile }
notice-chosen-body = 新对话会使用它，之后照常轮换。要一直使用，请选“固定使用 { $profile }”。
notice-moved-often-body = 现在 { $state }。
notice-last-until = 只有 { $profile } 还有额度：剩余 { $share }，到 { $until } 为止。
notice-last-left = 只有 { $profile } 还有额度：{ $left }。
notice-last-ready = 只有 { $profile } 可用。
notice-out-waits = Codex 会在 { $at } 自动继续。
notice-out-body = { $at } { $profile } 重置后，Codex 可以继续。
notice-back-left = { $profile } 已重置，{ $left }。
notice-back = { $profile } 已可用。
notice-sign-in-title = 重新登录 { $profile }
notice-sign-in-others = { $reason }Codex 会用{ $others ->
    [1] 另一个
   *[other] 其他 { $others } 个
  }配置继续工作。
notice-low = 所有配置合计剩余 { $share }
notice-low-out-at = 照此速度，大约 { $until } 全部用完。
notice-low-resets = 下次重置：{ $at }。
notice-last-title = 正在使用最后一个可用配置
notice-out-title = 所有配置都已用完
notice-back-title = Codex 可以继续
notice-unbound-title = Codex 没有使用 Rotunda
notice-unbound-body = 另一个程序改了 config.toml。
notice-port-title = Rotunda 无法启动路由器
notice-test-title = 通知正常
notice-test-body = Codex 切换、停下或需要您处理时，Rotunda 会在这里告诉您。
notice-window-broke = Rotunda 的窗口意外关闭
notice-window-missing = Rotunda 的窗口没有打开
notice-window-body = Codex 不受影响。请从托盘重新打开窗口。
notice-web-view-missing = 未安装 WebView2。请从 { $page } 安装，然后重新打开窗口。Codex 不受影响。
notice-sign-in = 登录
notice-bind = 重新绑定
notice-no-tray = 这个桌面没有托盘，所以 Rotunda 改为打开窗口。关闭窗口会解除绑定 Codex 并退出 Rotunda。GNOME 安装 AppIndicator 扩展后即有托盘。

## Activity: profiles and requests.

activity-removed-profile = 已移除的配置

## Follows a profile's name.

activity-cause = { $cause ->
    [five_hours] 的 5 小时额度已用完
    [week] 的每周额度已用完
    [credits] 的套餐已用完，而且不允许使用它的点数
    [trouble] 在上游出了故障
   *[limit] 的额度已用完
  }
activity-rotated = 从 { $from } 换到 { $to }：{ $from } { activity-cause }。
activity-rotated-until = 从 { $from } 换到 { $to }：{ $from } { activity-cause }，{ $at } 恢复。
activity-reordered = 从 { $from } 换到 { $to }：现在按顺序 { $to } 排在最前，{ $from } 仍然可用。
activity-rested = { $profile } { activity-cause }，休息到 { $until }。
activity-limit-reached = { $profile } 的限额 { $limit } 已用完，{ $until } 恢复。它的其他模型照常使用。
activity-limit-reset = { $profile } 的限额 { $limit } 又有额度了。
activity-recovered = { $profile } 重新可用。
activity-chain-lost = 上游不再记得一个对话，已让 Codex 完整重发。没有丢失任何内容。
activity-chain-lost-of = 上游不再记得 { $profile } 的一个对话，已让 Codex 完整重发。没有丢失任何内容。
activity-credits-spent = 正在消耗 { $profile } 的点数：{ credits-cause }。
activity-credits-spent-of = 正在消耗 { $profile } 的点数：{ credits-cause }。余额：{ $balance }。
activity-allowed-credits = 您对 { $profile } 的点数的设置：{ $consent ->
    [when_all_out] 所有套餐用完时使用
    [always] 超出套餐也使用
   *[never] 不使用
  }。
activity-credits-as-all = { $profile } 的点数重新采用所有配置的共同设置。
credits-cause = { $cause ->
    [all_out] 因为您允许在所有套餐用完时使用
    [always] 因为您允许超出套餐使用
   *[not_by_consent] 没有任何请求应由点数支付，可能是在套餐内开始的请求，或其他程序
  }
credits-unlimited = 点数不限
credits-consent = { $consent ->
    [when_all_out] 所有套餐用完时使用
    [always] 超出套餐也使用
   *[never] 不使用
  }
credits-idle = { $balance } 点数，{ credits-consent }
credits-idle-unknown = 点数，{ credits-consent }
credits-spending-of = 正在消耗点数：{ $at } 起，{ $before } 中的 { $spent }，{ credits-cause }
credits-spending = { $at } 起正在消耗点数，{ credits-cause }
headline-spending-credits = 正在消耗 { $profile } 的点数
notice-credits = 正在消耗 { $profile } 的点数
activity-exhausted-until = 所有配置都已用完。Codex 可在 { $at } 继续。
activity-exhausted = 没有配置能为 Codex 服务，也没有会自动恢复的：请重新登录其中一个，或恢复已暂停的。
activity-rule-exhausted-until = 按规则，此项目只能使用 { $profiles }，且已全部用完。Codex 可在 { $at } 在那里继续；那里不会使用其他配置。
activity-rule-exhausted = 按规则，此项目只能使用 { $profiles }，而它们都无法服务：请重新登录其中一个，或恢复已暂停的。那里不会使用其他配置。
activity-waiting = 所有配置都已用完，一个请求正在等待，{ $at } 继续。
activity-failed = 一个请求在尝试 { $attempts } 次后失败：已向 Codex 返回 { $status }，它会自动重试。
activity-failed-of = { $profile } 的一个请求在尝试 { $attempts } 次后失败：已向 Codex 返回 { $status }，它会自动重试。
activity-not-asked = 一个请求没有发给任何配置：{ $reason ->
    [resting] 所有配置都因上游故障在休息
   *[busy] 没有配置有空闲名额
  }。已向 Codex 返回 { $status }，它会自动重试。

## Activity: sign-ins.

activity-refreshed = { $profile } 的登录即将过期，已续期。
activity-adopted = Codex 已为 { $profile } 的登录续期，Rotunda 接过了它：两者共用一个登录。
activity-handed-over = 已把 { $profile } 续期后的登录交给 Codex：两者共用一个登录。
activity-not-saved = { $profile } 续期后的登录尚未保存：{ $error }。它正在使用中，Rotunda 会再次尝试保存。
activity-saved = { $profile } 续期后的登录现已保存。
activity-renewal-refused = OpenAI 的登录服务对 { $profile } 的续期返回了{ $answer ->
    [not_json] 不是登录的内容
    [too_large] 过大的内容
    [truncated] 不完整的登录
    [error_object] 标为成功的错误
    [no_access_token] 没有访问令牌的内容
    [malformed_access_token] 格式不正确的访问令牌
    [malformed_refresh_token] 格式不正确的刷新令牌
    [another_account] 另一个账户的登录
    [already_ended] 已经过期的登录
   *[other] 无法使用的内容
  }。现有的登录保持不变，Rotunda 稍后会再次请求。
activity-needs-sign-in = { $profile } 需要重新登录：{ $code ->
    [refresh_token_expired] 登录已过期
    [refresh_token_reused] 另一个程序为同一登录续期，使这个登录失效
    [refresh_token_invalidated] 登录已被撤销
   *[other] OpenAI 两次拒绝了它
  }。在此之前不会使用它。
activity-not-entitled = 不再使用 { $profile }：OpenAI 表示它的套餐不含 Codex。
activity-interrupted = Rotunda 在为 { $profile } 的登录续期时被终止。如果 OpenAI 之后拒绝它，请运行 `rotunda login --profile { $profile }`。

## Activity: what the user chose.

activity-chosen = 您选择了 { $profile }：新对话使用它。
activity-pinned = 您选择固定使用 { $profile }：在您取消之前不会轮换。
activity-unpinned = 您让 Rotunda 重新轮换。
activity-paused = 您暂停了 { $profile }：在您恢复它之前不会使用它。
activity-resumed = 您恢复了 { $profile }。
activity-reserved = 您为 { $profile } 保留 { $percent }%。
activity-reserved-as-all = { $profile } 的保留额度与所有配置相同。
activity-wait-ended = 您停止了等待重置的请求。
activity-added = 已添加 { $profile }。
activity-signed-in = { $profile } 已重新登录，现在可用。
activity-removed = 已移除 { $profile }：它的登录已删除。
activity-signed-out = { $profile } 已在这里退出登录。
activity-renamed = 您把 { $from } 重命名为 { $to }。
activity-vault-moved = 已把 { $count } 个登录移到{ $place ->
    [keychain] 钥匙串
   *[file] 私有文件
  }。

## Activity: Codex's config.toml, changed by Rotunda.

activity-bound = 您绑定了 Codex：它的 config.toml 中有一行指向这里。
activity-bound-new-key = 您用新密钥绑定了 Codex：它的 config.toml 中有一行指向这里。
activity-unbound = 您解除了 Codex 的绑定：config.toml 已恢复原样。
activity-unbound-at-end = Rotunda 已退出，所以解除了 Codex 的绑定：config.toml 已恢复原样。
activity-unbound-unmendable = 为了让 Codex 继续工作，已解除绑定：那一行指向 Rotunda 之前的一次运行，无法更新。
activity-unbound-elsewhere = 已解除 { $folder } 中 Codex 的绑定：Rotunda 这次为另一个 Codex 文件夹启动。
activity-still-bound-elsewhere = { $folder } 中的 Codex 仍然绑定着，无法解除：{ $error }。
activity-left-as-is = 您让 config.toml 保持不变：Codex 未绑定。
activity-restored = 您把 config.toml 恢复成绑定之前的样子。
activity-restored-kept = { activity-restored }被替换的内容保存为 { $kept }。
activity-healed = Codex 还指向 Rotunda 之前的一次运行：那一行已更新。
activity-save-kept = Rotunda 被终止时 config.toml 正在保存：那份内容保存为 { $copy }。
activity-second-line-written = 在 config.toml 中写入了第二行 chatgpt_base_url：Codex 自己的账户额度已用完，Codex 的终端界面现在读取所有配置合起来的剩余额度。
activity-second-line-taken-out = 从 config.toml 中去掉了第二行：{ $reason ->
    [off] 您关闭了它
    [not-bound] Codex 不再绑定
    [not-serving] 路由器没有应答
    [own-unknown] Codex 自己的账户不再是配置
    [own-served] Codex 自己的账户又有额度了
    [no-other] 没有其他可用的配置
    [left-over] 它是 Rotunda 之前一次启动留下的
   *[ended] Rotunda 已退出
}。

## Activity: Codex's config.toml, changed by other programs.

activity-other-serves = Codex 指向端口 { $port } 上另一个正在运行的 Rotunda，已保持不变。重新绑定即可让它指向这里。
activity-points-elsewhere = 其他程序改了 config.toml。Codex 指向 { $url }。请重新绑定，或保持不变。
activity-points-elsewhere-held = { activity-points-elsewhere }在那里监听的是 { $holder }。
activity-line-taken-out = 其他程序从 config.toml 中删除了 Rotunda 的那一行：Codex 使用自己的登录。请重新绑定，或保持不变。
activity-made-unreadable = 其他程序改了 config.toml，现在无法读取。{ $error }。修好之前 Rotunda 不会动它。
activity-made-unreadable-line = 其他程序改了 config.toml，现在无法读取。第 { $line } 行：{ $error }。修好之前 Rotunda 不会动它。
activity-other-provider = 其他程序让 config.toml 使用提供方“{ $provider }”：Codex 不会经过这里。请重新绑定并切换，或保持不变。

## Activity: the router and the place of the sign-ins.

activity-vault-unreadable = 无法读取登录：{ $error }。问题解决后 Codex 会继续。
activity-vault-readable = 又可以读取登录了。
activity-port-taken = 端口 { $port } 被 { $holder } 占用。请结束那个程序，或在 settings.toml 中换一个端口。
activity-port-taken-unbound = 端口 { $port } 被 { $holder } 占用。为了让 Codex 继续工作，已解除绑定。请结束那个程序，或在 settings.toml 中换一个端口。
port-holder-unknown = 另一个程序
port-holder-of-user = 用户 { $user } 的 { $program }
port-holder-unknown-of-user = 用户 { $user } 的 一个程序
activity-store-set-aside = Rotunda 的数据库已损坏，保留为 { $file }。新的数据库含有能读出的 { $profiles } 个配置。`rotunda import` 会列出没有配置的登录。
activity-settings-unreadable = 设置文件无法使用，设置保持不变：{ $error }

## Why something that was asked for was not done.

error-no-profile-of-name = 没有名为“{ $profile }”的配置。
error-gone = 这个配置已不存在。
error-import = 没有导入任何内容：{ $error }。
error-import-encrypted = 没有导入任何内容：Codex 把登录保存在加密文件 { $file } 里，只有 Codex 能打开。请用 `rotunda login` 登录，Codex 自己的登录保持不变。
error-import-spent = 没有导入任何内容：OpenAI 拒绝了它的刷新令牌。请用 `rotunda login` 登录。
error-import-not-renewed = 没有导入任何内容：OpenAI 的登录服务没有应答。请稍后再试，或用 `rotunda login` 登录。
error-import-several = 没有导入任何内容：那里有 { $count } 个登录。请不填名称以全部导入，或指定其中一个的路径。
error-import-none = 没有导入任何内容：{ $errors }
error-nothing-to-export = 没有配置有登录，因此没有写入任何登录。
error-no-tray = 没有显示任何内容：只有托盘应用显示通知，而它没有运行。
error-short-passphrase = 没有写入任何登录。密码短语至少要有 { $count } 个字符。
error-renewed-meanwhile = 写文件时 { $profile } 的令牌更新了，所以它留在这里。请删除该文件，然后重新导出。
error-sealed = 没有从 { $path } 取得任何登录：{ $reason }。
error-import-older = 没有导入任何内容：{ $profile } 已有更新的登录。
error-nothing-changed = 没有更改任何内容：{ $error }。
error-none-to-stay-on = 没有可以固定使用的配置。请先登录其中一个。
error-no-other-profile = 没有其他可用的配置，所以 Codex 保持不变。
error-reserve = 保留额度是 0 到 50 之间的百分比。没有更改任何内容。
error-no-sign-in = 没有正在等待的登录。请先开始登录。
error-no-browser = 无法打开浏览器。请自己打开这个地址。
error-other-account = 登录的不是 { $profile } 的账号，所以没有更改任何内容。请用 { $profile } 的账号登录，或把它添加为单独的配置。
error-account-of = 登录的是 { $other } 的账号，所以没有更改任何内容。请用 { $profile } 的账号登录。
error-no-key = 这不是 API 密钥：密钥是一行没有空格的文字。没有添加任何内容。
error-known-key = 这个密钥已存在，名为 { $profile }。没有添加任何内容。
error-key-refused = OpenAI 拒绝了这个密钥。请在创建它的页面上核对；没有添加任何内容。
error-key-untried = OpenAI 的 API 没有响应，无法检查密钥。请稍后再试；没有添加任何内容。
error-provider-address = 这不是提供商的地址。地址的形式如 https://api.example.com/v1；没有添加任何内容。
error-provider-plain = 地址必须以 https:// 开头或指向这台计算机，否则密钥会以明文经过网络。没有添加任何内容。
error-provider-extra = 地址不能包含用户名、密码、查询或片段。没有添加任何内容。
error-provider-refused = { $address } 不接受此密钥。请检查后重试；没有添加任何内容。
error-provider-untried = { $address } 没有像提供商那样响应，无法检查密钥。请检查地址后重试；没有添加任何内容。
error-provider-models = 该提供商没有列出自己的模型。请用 `--models A,B` 指定；没有添加任何内容。
error-provider-plan-models = 套餐也有 { $models }。要让该提供商在所有套餐用完时处理某个模型，请用 `--fallback` 指定；没有添加任何内容。
error-own-models-only = 无论选择哪个配置，{ $profile } 只处理自己的模型。请在 Codex 中选择：{ $models }。
error-vault-fixed = ROTUNDA_VAULT 指定了登录的保存位置。请取消设置并重新启动 Rotunda，然后再移动。
error-settings-file = 设置既没有写入也没有读取：{ $error }。
error-no-export = 这不是 `rotunda export` 写出的文件。没有更改任何内容。
error-no-place = 登录保存在 `keychain` 或 `file` 中。没有移动任何内容。
error-vault-there = 登录已经在{ $place ->
    [keychain] 钥匙串
   *[file] 私有文件
  }里。
error-vault-copy = 复制后的登录无法读回，所以一切保持原样。
error-vault-left = 登录已移动，但旧的副本没能删除：{ $error }。下次启动时会再试。
error-not-running = Codex 没有绑定，因为路由器没有运行，Codex 会一直等它。请先启动 Rotunda。
error-no-codex-there = 没有绑定 Codex，因为 { $folder } 中既没有 config.toml 也没有 auth.json。
error-other-side-apart = 没有绑定 { $folder } 中的 Codex，因为它无法连接此路由：WSL 有独立的网络。请在 Windows 用户文件夹的 .wslconfig 的 `[wsl2]` 下设置 `networkingMode=mirrored`，或在那一侧安装 Rotunda。
error-not-other-side = 没有绑定 Codex，因为 { $folder } 不在 WSL 的另一侧。本系统的其他 Codex 文件夹请用 CODEX_HOME 指定。
error-overridden = 未绑定 Codex。{ $finding }
error-other-provider = Codex 没有绑定，因为它使用其 config.toml 中的提供方“{ $provider }”，不会经过这里。
error-no-answer = Codex 没有绑定，因为路由器没有响应：{ $error }。请重新启动 Rotunda。
error-wrong-answer = Codex 没有绑定，因为路由器自检时返回 { $status }。请重新启动 Rotunda。
error-bind = 没有更改 Codex 的 config.toml：{ $error }。
error-not-opened = 无法打开 { $path }：{ $error }。请自己打开。
error-no-router = 路由器没有运行。请启动 Rotunda，然后重试。
error-no-profile-yet = 还没有配置。请先添加一个。
error-test-turns-waiting = 已有 { $count } 次测试对话在等待。请等其中一次结束或取消一次，然后重试。
error-recording-already = 已经在记录。请结束那次记录，然后重试。
error-no-port = 无法为此命令打开端口：{ $error }。请重试。
error-quota-needs-router = 额度由正在运行的 Rotunda 读取。请启动它，然后重试。
error-quota-unread = OpenAI 没有告知 { $profiles } 的剩余额度。请一分钟后重试，或查看“动态”。
error-key = 无法取得 Codex 使用的密钥：{ $error }。

## Why a profile's name cannot be used.

name-empty = 配置需要名称，请输入 1 到 40 个可见字符。
name-long = 这个名称太长，请输入 1 到 40 个可见字符。
name-invisible = 这个名称含有看不见的字符，请使用可见字符。
name-taken = 另一个配置已使用这个名称，请换一个。

## Why a file was not written.

output-taken = { $path } 已存在，所以没有写入任何内容。请换一个名称。
output-taken-free = { $path } 已存在，所以没有写入任何内容。请换一个名称，例如 { $free }。
output-no-folder = { $folder } 不是文件夹，所以没有写入任何内容。请换一个位置。
output-file = 没有写入任何内容：{ $error }。请换一个位置。

## Why the keychain did not give or take something: a clause without a full stop.

vault-error-missing = 钥匙串里没有这个配置的登录
vault-error-locked = 钥匙串已锁定；请解锁，或在 settings.toml 中设置 `vault = "file"` 并重新登录
vault-error-dismissed = 钥匙串已锁定，密码提示已被关闭；请解锁，或运行 `rotunda quota --refresh` 以再次显示提示，或在 settings.toml 中设置 `vault = "file"` 并重新登录
vault-error-denied = 钥匙串拒绝了访问
vault-error-not-answering = 钥匙串没有响应；请重新启动提供它的程序，或在 settings.toml 中设置 `vault = "file"` 并重新登录
vault-error-no-collection = 钥匙串没有默认密钥环；请创建一个并设为默认，或在 settings.toml 中设置 `vault = "file"` 并重新登录
vault-error-cannot-save = 钥匙串无法保存（{ $reason }）；请让它可以写入，或运行 `rotunda vault move file` 把登录保存在私有文件里
vault-error-unavailable = 没有可用的钥匙串：{ $reason }
vault-error-damaged = 无法读取钥匙串项目：{ $reason }

## Why a sign-in could not be imported: a clause without a full stop.

import-no-sign-in = { $folder } 中没有登录：Codex 在那里已退出登录
import-not-ours = 这不是 Codex 的 auth.json：{ $reason }
import-unsupported = 这个 auth.json 含有 { $kind } 类型的登录，Rotunda 无法使用
import-encrypted = Codex 把登录保存在加密文件 { $file } 里，只有 Codex 能打开
import-unread = 它在钥匙串里，还没有读取
import-keychain = Codex 把登录保存在钥匙串里，{ $error }

## Why config.toml was not changed: a clause without a full stop.

bind-refused = { $path }，{ $reason }；请改正那一行，然后重试
bind-busy = 另一个 Rotunda 正在更改绑定；请稍后再试
bind-restless = { $path } 一直在变化；请关闭写入它的程序，然后重试
bind-read-only = { $path } 是只读的；请允许写入，或把 `rotunda bind --print` 输出的那一行加入生成它的源文件
bind-no-backup = 没有 { $path } 的备份可以恢复

## Why there is no sign-in.

login-denied = OpenAI 的页面上没有允许登录。需要时请重新开始。
login-page = OpenAI 的页面结束了登录（{ $code }）。请重新开始。
login-timed-out = 没有及时完成，登录已结束。请重新开始。
login-state-mismatch = 这个回答属于另一次登录。请使用 Rotunda 最后打开的页面，或重新开始。
login-not-an-address = 这不是登录结束时的地址。请完整复制：它以 http://127.0.0.1 开头，并包含代码。
login-port-taken = 登录需要端口 1455 或 1457，但都被其他程序占用，可能是 Codex 的另一次登录。请结束它，或改用代码。
login-listen = 无法打开端口让浏览器返回：{ $error }。请改用代码。
login-bad-code = OpenAI 没有接受这个回答：它已被用过或太旧。请重新开始登录。
login-code-expired = 代码已失效。请重新开始登录以获得新代码。
login-no-codes = OpenAI 不支持用代码进行这次登录。请改用浏览器。
login-trouble = OpenAI 的登录服务出了故障（{ $status }）。请过几分钟再试。
login-unreachable = 无法连接 OpenAI 的登录服务。请检查网络，然后重试。
login-strange = OpenAI 的登录服务返回了意外的内容。请稍后再试。
login-clock-ahead = 这台电脑的时钟偏快：新的登录会被视为已过期。请校准时钟，然后重新登录。
login-other-workspace = OpenAI 让您登录的不是所选的工作区。请重新开始，并在 OpenAI 的页面上也选择它。
login-cancelled = 登录已取消。
login-random = 系统没有提供随机数，无法保证登录的安全。

## How a test turn ended.

turn-completed = { $profile } 正常：Codex 提问并得到了回答。
turn-provider-auth-failed = OpenAI 不接受 { $profile } 的登录。请重新登录。
turn-provider-rate-limited = { $profile } 的额度已用完，或请求过于频繁。请在重置后重试。
turn-provider-invalid-tool-call = OpenAI 拒绝了这个 Codex 的一个工具。请更新 Codex，然后重试。
turn-provider-compact-unsupported = OpenAI 不提供这个 Codex 所要求的对话压缩。请更新 Codex。
turn-provider-stream-disconnected = 回答一再中断。请检查网络，然后重试。
turn-provider-http-error = OpenAI 返回了错误。请过一会儿再试，或换一个模型。
turn-provider-unavailable = 无法连接 OpenAI，或这个模型目前没有容量。请过一会儿再试。
turn-backend-response-invalid = Codex 结束了对话却没有结果。请更新 Codex，然后重试。
turn-backend-json-parse-error = Codex 输出的内容不符合它的协议。请更新 Codex，然后重试。
turn-backend-timeout = Codex 太久没有进展，已被结束。请重试。
turn-backend-spawn-failed = 无法启动 Codex。请重新安装它，然后重试。
turn-secret-unavailable = 这里无法读取 { $profile } 的登录。请重新登录。
turn-thread-resume-failed = Codex 无法再次打开自己的对话。请更新 Codex，然后重试。
turn-cancelled = 测试对话已停止。
turn-deep-completed = { $profile } 正常：Codex 得到了回答，对话在压缩并由另一个 Codex 打开之后仍能继续。
turn-sign-in-unread = 这里无法读取 { $profile } 的登录：{ $error }。
turn-no-folder = { $error }。
turn-not-started = 无法启动 { $program }：{ $error }。

## What importing a sign-in would do.

import-label = 一个登录
import-gone = 它已不在那里。请重新查看。
import-unusable = { $reason }。请用 `rotunda login` 登录。
import-twice = 这个账号已在列表中。
import-older = { $profile } 已有更新的登录。
import-reads-keychain = 导入时会读取 Codex 在钥匙串中的项目，系统可能会先询问您。{ import-better }。
import-better = 使用单独的登录更安全（推荐）{ $audience ->
    [terminal] ：`rotunda login`
   *[window] {""}
  }
import-shared-codex = { import-better }；这个登录是 Codex 自己的，两者会轮流续期并互相接过结果。
import-shared-unused = { import-better }；{ $program } 还没有使用过这个登录，导入会为它续期，{ $program } 会因此退出登录。
import-shared = { import-better }；{ $program } 也在使用这个登录，先续期的一方会使另一方退出登录。
import-shared-unknown = { import-better }；使用该文件的程序也在使用这个登录，先续期的一方会使另一方退出登录。
import-disabled = 它在 { $program } 中已停用，所以导入后为暂停状态；`rotunda resume` 可让它加入轮换。
import-disabled-shared = { import-disabled }{ $sharing }

## What is broken beside what was asked for.

found-clause = 另外发现：{ $clause }。
found-sentence = 另外发现：{ $sentence }

## The command line: what a command did.

done-removed = 已移除 { $profile }；它的登录已删除。
done-left-as-is = Codex 的文件保持原样，Rotunda 不再报告它。用 `rotunda bind` 可再次绑定。
done-test-notification = 托盘应用现在会显示一条通知。
done-signed-out = { $profile } 已在这里退出登录；名称、顺序和历史保留。用 `rotunda login --profile` 可重新登录。
note-own-sign-in-stays = Codex 自己用同一账户登录，该登录保持不变。
done-sign-ins-exported = 已将 { $profiles } 的登录（{ $count } 个）用密码短语加密写入 { $path }。
note-export-left-out = 因已退出登录而略过：{ $profiles }。
note-handed-over = 它们已在这里退出登录：在另一台电脑上用 `rotunda import` 从文件取得。
note-not-handed-over = 在另一台电脑使用之前，这台电脑必须放开它们：先更新登录的一方会使另一方的登录失效。请用 `rotunda logout`，或直接用 `--hand-over`。
note-still-held = 写出此文件的电脑仍持有这些登录。请现在就在那里运行 `rotunda logout`：先更新的一方会使另一方的登录失效。
done-renamed = { $from } 现在名为 { $to }。
done-bound = Codex 已绑定：新对话会经过 Rotunda。
done-bound-other-side = { $folder } 中的 Codex 已绑定：此 Rotunda 运行期间，它经由此 Rotunda。用同一文件夹运行 `rotunda unbind --codex-home` 可以撤销。
done-quota = 额度已是最新。
done-test-turn-stopping = 正在停止测试对话。
done-unpinned = Rotunda 重新轮换。
done-exported = 已写入 { $path }；其中不含登录。
done-using = 从现在起，新对话使用 { $profile }。
done-pinned = Codex 固定使用 { $profile }，直到 `rotunda unpin`。
done-paused = { $profile } 已暂停，直到 `rotunda resume { $profile }`。
done-resumed = { $profile } 已重新加入轮换。
done-resumed-resting = { $profile } 不再暂停。它正在休息，{ $at } 恢复。
done-resumed-no-codex = { $profile } 不再暂停。OpenAI 表示它的套餐不含 Codex；下一个请求会再次尝试。
done-resumed-needs-sign-in = { $profile } 不再暂停，但需要重新登录：`rotunda login --profile { $profile }`。
done-resumed-key = { $profile } 不再暂停。只有 `use_api_keys` 打开时才会使用它。
done-settings-imported = 已采用这些设置，以及这里 { $count } 个配置的设置。
done-added = 已添加 { $profile }。
done-updated = { $profile } 已存在；现在使用新的登录。
done-keys-cost = 它处理的内容按 token 计费。只有 `use_api_keys` 打开且所有套餐都用完时才会使用它。
done-provider-models = 它处理 { $models }。请在 Codex 中选择其一，例如 `codex -m { $first }`。
done-provider-fallback = 所有套餐用完时，它也处理 { $models }。
done-provider-left-out = 因套餐已有而略去：{ $models }。
done-provider-cost = 使用量由提供商计费，并适用提供商的条款。
done-vault-moved = { $count } 个登录现在位于{ $place ->
    [keychain] 钥匙串
   *[file] 私有文件
  }中；旧的副本已删除。
done-vault-file = 以您的身份运行的任何程序都能读取该文件。
done-imported-verdict = { $label }：{ $verdict ->
    [imported] 已导入
   *[not_imported] 未导入
  }。
done-imported-verdict-note = { done-imported-verdict }{ $note }
done-imported-all = 已导入 { $all } 个登录中的 { $imported } 个。
done-not-bound-yet = Codex 未绑定，还不会经过 Rotunda：`rotunda bind`。
done-unbound = 已解除 Codex 的绑定，它使用自己的登录。
done-was-not-bound = Codex 没有绑定。
done-restored = config.toml 已恢复到绑定之前；Codex 使用自己的登录。
done-restored-already = config.toml 已经是那样。
done-restored-kept = 被替换的内容保存为 { $path }。
done-sign-in-begun = 登录已开始。
done-sign-in-continues = 登录继续进行。
done-sign-in-cancelled = 登录已取消。
done-stopped-waiting = 等待重置的请求已得到限额的回答。
done-ordered = 现在的顺序：{ $profiles }。
done-order-not-policy = 只有在 `rotunda settings set policy my-order` 之下，或条件相同时，才按顺序决定。
done-reserved = { $profile } 保留 { $percent }%。
done-reserved-common = { $profile } 保留所有配置共同的份额：{ $percent }%。
done-none-waiting = 没有请求在等待重置。
note-use-is-for-one = `--use` 只用于一个登录，所以正在使用的配置不变。`rotunda use NAME` 可选择一个。

## The command line: what to know after binding and unbinding.

note-restart = 已打开的对话保持原来的连接，直到 Codex 重启。
note-no-profile = 还没有配置，所以 Codex 的对话会以说明此情况的句子结束：请用 `rotunda login` 添加。
note-proxy = { $variable } 会把发往本机的请求交给代理。请在启动 Codex 的地方设置 NO_PROXY=127.0.0.1,localhost。
note-config-open = 另一个程序打开着 config.toml：它在那里保存的内容最迟会在 Rotunda 启动时接过来。
note-left-removed = { $key } 后来已从 config.toml 中删除，保持不变。
note-left-replaced = { $key } 后来在 config.toml 中被更改，保持不变。

## The command line: status, profiles, quota, activity and the doctor.

status-router = 路由器
status-binding = 绑定
status-recording = 记录
status-requests = 请求
status-error = 错误
status-sign-ins = 登录
status-update = 更新
status-router-listens = 监听 127.0.0.1:{ $port }
status-router-stopped = 没有运行；请启动应用或 `rotunda serve`
status-recording-into = 经过的内容写入 { $file }
status-counts = { $requests } 个，重试 { $retries } 次，轮换 { $rotations } 次，遗漏 { $missed } 个
status-last-error = { $at }，请求 { $request }：{ $error }
status-bound = 通过 { $file } 中的一行绑定
status-bound-stale = { $file } 中的绑定已过期；下次启动会更新
status-unbound = 未绑定；`rotunda bind` 会在 { $file } 中加一行
status-foreign = 在 { $file } 中指向别处
status-unreadable = 无法读取 { $file }
status-binding-note = { $state }。{ $note }
status-orphans = { $place ->
    [keychain] 钥匙串
   *[file] Rotunda 的登录文件
  }中有 { $count } 个没有配置的登录：`rotunda import` 会列出它们并可取回。
profiles-none = 还没有配置。`rotunda login` 会添加一个；`rotunda import { $folder }` 会采用 Codex 的登录。
profiles-api-key = API 密钥
profiles-provider = { $host } 的密钥
profiles-own = （Codex 自己的登录）
profiles-pinned = （Codex 固定使用）
quota-none = 还没有配置，所以没有额度。`rotunda login` 会添加一个。
quota-unknown = 尚不清楚
quota-billed = 按用量计费
quota-five-hours = 5 小时
quota-week = 每周
quota-days = { $days } 天
quota-minutes = { $minutes } 分钟
quota-head-profile = 配置
quota-head-account = 账户
quota-head-plan = 套餐
quota-head-window = 窗口
quota-head-left = 剩余
quota-head-reset = 重置
quota-head-state = 状态
quota-state-ready = 可用
quota-state-last = 可用，最后使用
quota-state-credits = 可用，使用点数
quota-state-stays = 可用，Codex 固定于此
quota-in-use = 使用中
quota-more = 另有 { $count } 个
quota-resets-at = { $at } 重置
quota-watch-footer = 每 30 秒询问一次提供方。按 Ctrl+C 结束。
activity-none = 过去 7 天没有发生任何事。
activity-not-running = Rotunda 没有运行，所以不会发生任何事。请启动应用或 `rotunda serve`，然后再跟随。
trace-needs-router = 只有 Rotunda 运行时才保留请求的各个步骤。请启动应用或 `rotunda serve`；之前的日志位置见 `rotunda paths`。
trace-none = Rotunda 启动后还没有请求。
trace-unknown = 请求 { $request } 已不保留。保留的是 { $first } 到 { $last }。
history-day = 最近 24 小时：{ $requests } 个请求，{ $retried } 个尝试多于一次，{ $failed } 个失败。
history-no-tokens = 这些天没有统计到令牌。
history-tokens = 按日期、配置和模型的令牌：
history-tokens-of = 读取 { $input }，写出 { $output }
requests-none = 最近 7 天没有处理过请求。
requests-first-byte = { $ms } 毫秒后收到首字节
doctor-mark = { $state ->
    [ok] 正常
    [warn] 留意
   *[fail] 修复
  }
doctor-problems = 有 { $count } 处需要修复，否则 Codex 无法使用 Rotunda。
doctor-broken-file = 请改正或移走那个文件，然后重新运行 `rotunda doctor`。

## The command line: the settings, one key each, and where a value comes from.

setting-port = 路由器在本机（127.0.0.1）上监听的端口。
setting-vault = 登录信息的存放处：系统的钥匙串，或一个您的任何程序都能读取的私有文件。
setting-second-line = 当 Codex 自己的账户用完而另一个配置可用时，是否允许在 Codex 的文件中加入第二行。代价见 `rotunda bind --help`。
setting-policy = 由哪个配置处理新对话：额度最先因重置而浪费的、剩余最多的，或您的顺序（`rotunda order`）中的第一个。
setting-reserve = 每个时间窗口保留的百分比：剩余不多于此的配置只在没有其他可用配置时使用。`rotunda reserve` 可为单个配置设置另外的份额。
setting-api-keys = 所有套餐都用完时，是否使用按用量计费的 API 密钥。
setting-use-credits = 购买的点数是否用于支付超出套餐的请求：从不、仅在没有配置能在套餐内提供服务时、或在其他配置可用时也使用。`rotunda credits` 可为单个配置单独设置。
setting-redeem = 当所有配置不可用的时间超过此值且有请求需要时，使用最先过期的重置。设为 "0" 时，不经询问不会使用。
setting-soft-cap = 一个配置上同时进行的请求达到此数后，优先使用其他配置。
setting-hard-cap = 一个配置上同时进行的请求上限；只有依附于该配置的对话可以超过。
setting-wait = 所有配置都用完时，一轮等待重置的时间。"0" 表示立即以 Codex 显示的限额结束。
setting-clients = Codex 以外的程序是否可以通过 Responses API 使用你的配置，每个程序使用自己的密钥（`rotunda client add`）。含义和支持范围见 docs/clients.md。
setting-clients-messages = 使用 Messages API 的程序（例如 Claude Code）是否可以使用你的配置，每个程序使用自己的密钥（`rotunda client add`）。见 docs/clients.md。
setting-clients-chat = 使用 Chat Completions 的程序是否可以使用你的配置，每个程序使用自己的密钥（`rotunda client add`）。见 docs/clients.md。
setting-clients-models = Messages API 或 Chat Completions 的请求所指定的模型对应套餐中的哪个模型，写作 `名称 = 模型` 或 `名称 = 模型:推理强度`，以逗号分隔。名称中的 `*` 代表任意文本，以第一个匹配的为准。没有匹配时，`claude-…` 对应 Codex 列出的第一个模型，名称含 `haiku` 的模型对应第一个名称含 `mini` 的模型。
setting-connect = 连接 OpenAI 的最长秒数。
setting-head = 从请求到回答开始的最长秒数。
setting-chunk = 回答的两段之间的最长秒数。
setting-upstream-chatgpt = ChatGPT 套餐的请求发往何处；仅用于测试和特殊环境。
setting-upstream-api = API 密钥的请求发往何处；仅用于测试和特殊环境。
setting-upstream-auth = 登录和续期的地址；仅用于测试和特殊环境。
setting-proxy = 通往 OpenAI 的代理：系统或 Codex 的代理、不使用，或此地址。
setting-language = 托盘、通知、窗口和命令行的语言。
setting-theme = 窗口的配色。
setting-start-hidden = 应用启动时是否只进入托盘而不打开窗口。
setting-notice-rotated = Codex 换到另一个配置时通知。
setting-notice-last = 开始使用最后一个可用配置时通知。
setting-notice-out = 所有配置都用完时通知。
setting-notice-back = 全部用完之后，Codex 可以继续时通知。
setting-notice-signin = 有配置需要重新登录时通知。
setting-notice-unbound = 另一个程序更改 config.toml 时通知。
setting-notice-port = 路由器无法启动时通知。
setting-notice-low = 所有配置合计剩余很少时通知：按 `alerts` 中的百分比。
setting-notice-credits = 开始使用购买的点数时通知。
setting-notice-resets = 在重置过期前两天通知。
setting-from-default = 默认值
setting-from-file = settings.toml 第 { $line } 行
setting-from-variable = 环境变量 { $variable }
setting-takes-effect-at-once = 更改立即生效。
setting-takes-effect-at-start = 更改在 Rotunda 下次启动时生效。
setting-takes-effect-by = 用 `{ $command }` 更改。
setting-variable = 环境变量 { $variable } 优先于文件。
setting-template = Rotunda 的所有设置及其默认值。去掉行首的 # 再修改；`rotunda settings` 显示当前生效的值。
setting-label-now = 当前
setting-label-default = 默认
setting-label-values = 可选值
settings-file-is = 文件是 { $path }。
settings-written = 已写入 { $path }。在您去掉其中的 # 之前，它不改变任何东西。
done-setting = { $key } 现在是 { $value }。
done-setting-default = { $key } 已恢复默认值：{ $value }。
done-setting-covered = 环境变量 { $variable } 已设置且优先于文件，因此在设置了它的地方新值不起作用。

## The command line: files and folders, and what starts at login.

path-absent = （不存在）
path-settings = 设置
path-store = 配置、活动和计数
path-store-copy = 上次更新之前的同一内容
path-notices = 已通知的内容
path-updates = 上次询问新版本的时间
path-window = 窗口位置
path-sign-in-file = 登录信息（不在钥匙串中时）
path-sign-in-notes = 共用登录的记录
path-client-key = Codex 那一行中的密钥
path-control = 供此命令行使用的地址
path-lock = Rotunda 运行时的锁
path-journal = Codex 文件原来的内容
path-binding-lock = Codex 文件的锁
path-backups = Codex 文件的副本
path-log = 日志
path-logs = 日志文件夹（含较早的）
path-at-login = 登录时启动的程序
path-moved = 已移动文件夹的记录
path-codex-config = Codex 的文件，绑定时会更改
path-codex-sign-in = Codex 自己的登录
path-codex-env = Codex 的环境变量（只读）
path-journal-beside = 它原来的内容（我们的文件夹无法写入时）
autostart-no-app = 应用 rotunda-desktop 既不在此程序旁边，也不在 PATH 中，因此无法在登录时启动。没有桌面时，`systemctl --user enable rotunda` 会在登录时启动路由器。
autostart-in-window = 在此系统上由应用自身设置：打开其窗口的“设置”。

## The command line: what is looked at before Codex runs.

run-serves = 由 { $profile } 处理；{ $all } 个配置中有 { $ready } 个可用。
run-serves-alone = 只由 { $profile } 处理。
run-waits = 没有可用的配置；各轮会等待，并在 { $at } 继续。
run-needs-sign-in = 需要重新登录：`{ $command }`。
run-quota-unknown = 它的额度尚不清楚。
run-no-profile = 还没有配置，无法处理任何一轮。`rotunda login` 会添加一个；`--or-plain` 会让 Codex 用它自己的登录启动。
run-only-not-ready = { $profile } 现在无法使用，而其他配置可以。请去掉 `--only`，或用 `--skip-check` 仍然启动。
run-none-ready-until = 现在没有配置可用；第一个会在 { $at } 恢复。请到时再试，或用 `--or-plain` 让 Codex 用它自己的登录启动，或用 `--skip-check` 仍然启动。
run-none-ready = 在您处理之前没有配置可用；上面各行说明了要做什么。`--or-plain` 让 Codex 用它自己的登录启动，`--skip-check` 则仍然启动。
run-plain = Codex 用它自己的登录启动，不经过 Rotunda。
run-client-needs-rotunda = Rotunda 没有运行。请用 `rotunda serve` 或托盘应用启动它，然后重试。
run-client-no-program = 无法启动 { $program }。请在 `--` 之后指定其他程序，或将它加入 PATH。
run-pinned = Codex 固定在 { $profile } 上，所以您指定的配置不会使用。`rotunda unpin` 可解除固定，`--only` 则不受其影响。

## The command line: a look at every profile without a turn.

quick-ok = 登录有效。
quick-no-quota = 登录有效，但提供方没有说明剩余多少。各轮可能仍然可用；请一分钟后再试。
quick-unreachable = 无法连接登录服务。请检查网络后再试。
quick-refused = 提供方拒绝了刚刚续期的令牌。请过几分钟再试；如果仍然如此，请重新登录。
quick-vault = 无法读取登录信息：{ $error }。
quick-failed = { $all } 个配置中有 { $failed } 个不正常。

## The command line: what the doctor mends.

mend-mark = { $state ->
    [possible] 将做
    [done] 完成
   *[failed] 未做
  }
mend-none = 没有无需您决定就能修复的问题。
mend-bind = 重新写入 Codex 的那一行，因为它指向 Rotunda 之前的一次启动。
mend-unbind = 让 Codex 回到它自己的登录，因为它在等待一个不会被启动的路由器。
mend-login = 重新写入登录时启动 Rotunda 的条目，因为现有的条目无法工作。
mend-private = 不让本机的其他用户进入 { $path }。
mend-ask-again = 查看 { $profile } 的套餐是否又包含 Codex。
mend-quota = 询问提供方每个配置还剩多少。

## The command line: why a profile serves.

why-serves = 下一次对话由 { $profile } 处理。{ $policy ->
    [most-left] 其余按剩余多少排列。
    [my-order] 其余按您的顺序排列。
   *[resets-first] 其余按额度因重置而浪费的先后排列。
  }
why-none = 现在没有配置可以处理下一次对话。
why-for = 有利
why-against = 不利
why-pinned = 您选择了固定在它上面。
why-in-use = 它处理了最近的请求。
why-resets-first = 它的一周最先结束（{ $resets }），剩余部分会失去。
why-most-left = 它剩余最多。
why-order-first = 它在您的顺序中排在最前。
why-not-pinned = 您选择了固定在 { $profile } 上。
why-api-key-off = 只有在 `rotunda settings set use_api_keys on` 之后才使用 API 密钥。
why-api-key-last = API 密钥按用量计费，所以排在所有套餐之后。
why-other-models = 它只处理自己的模型。
why-model-of-provider = 该模型属于另一个提供商。
why-credits = 它的套餐已用完，按您的允许，将用购买的点数付费。
why-own-last = Codex 自己用它登录，所以排在其他之后。
why-reserve = 它的剩余不多于保留的 { $percent }%。
why-crowded = 它正同时处理 { $count } 个请求，所以优先使用其他配置。
why-full = 它正同时处理 { $count } 个请求，不再接收更多。
why-rule-names = 项目的规则列出了它。
why-rule-excludes = 项目的规则只列出了其他配置。
why-holds = 它保有这次对话。
why-your-choice = 您选择它处理新对话。
why-left = 剩余 { $percent }%。
why-lost-first = 它这一周的剩余会最先失去。
why-tried = 在这个请求中已经试过它。
why-rests = 它休息到 { $until }。
why-rests-for-kind = 它对这类请求休息。
why-needs-sign-in = 它需要重新登录。
why-paused = 您暂停了它。
why-not-entitled = 它的套餐不包含 Codex。
why-lacks-model = 它的模型列表中没有这个模型。
why-last = 上一轮由 { $profile } 处理；于 { $at } 以状态 { $status } 结束，尝试了 { $tried } 个配置。
why-last-change = 在此之前的最后一次变化：{ $change }
why-last-no-change = 在活动记录所及的范围内，此前没有换到其他配置。
why-no-turn = 还没有配置处理过任何一轮。
why-choice = 最近一次选择配置时的依据（请求 { $request }）：
why-choice-forgotten = 选择的依据只有在 Rotunda 运行时才知道。
done-best = { $profile } 已经是最合适的，因此没有变化。

## The command line: the list of sign-ins to import.

import-list-none = 在 Codex 和其他工具保存登录的位置没有找到登录。`rotunda login` 会创建一个；`rotunda import PATH` 会从别处取得一个。
import-list-best = 最好为每个配置使用单独的登录：`rotunda login`（推荐）。
import-list-found = 找到以下登录；`rotunda import --found N...` 会连同其令牌一起导入：
import-list-not = 无法导入
import-list-updates = 更新 { $profile }
import-list-becomes = 成为 { $profile }
import-list-failed = { $all } 个中有 { $failed } 个没有导入。
import-list-unknown = 列表中没有 { $number }；`rotunda import` 会显示列表及编号。
import-list-one-name = --name 只用于一个登录；请省略它，或只选一个。
import-list-nothing = 列表中没有可导入的登录。
import-sealed-options = 此文件包含另一台电脑的配置及其名称；请不要使用 --name 和 --use。
import-json-is-for-lists = --json 用于列表：请加上 --preview，或省略路径。
passphrases-differ = 两次的密码短语不同，因此没有写入任何内容。

## A test turn as it goes.

turn-line-stopped-waiting = 轮到它之前已停止。
turn-line-stopped-early = 启动 Codex 之前已停止。
turn-line-waits = 等待 { $profile } 上的测试对话。
turn-line-waits-more = 等待 { $profile } 上的测试对话以及另外 { $more } 个。
turn-line-wait-over = 等待结束；测试对话开始。
turn-line-started = 已在单独的文件夹中为 { $profile } 启动 { $codex }。
turn-line-started-another = 已启动另一个 Codex，由它打开同一对话。
turn-line-asks = Codex 提问。
turn-line-asked-to-shorten = 已让 Codex 压缩对话。
turn-line-begun = 对话已开始。
turn-line-answers = 回答到来。
turn-line-thinks = 模型在思考。
turn-line-shortens = Codex 正在压缩对话。
turn-line-tool = Codex 使用了一个工具。
turn-line-tries-again = 连接中断；Codex 再次尝试。
turn-line-stopped = Codex 停止了对话。
turn-step = 第 { $number } 步，共 { $all } 步，{ $step ->
    [turn] 一次对话
    [compact] 压缩对话
    [resume] 在另一个 Codex 中打开
   *[next_turn] 在那里再次对话
  }：{ $outcome }。

## What else is worth knowing of a test turn.

turn-note-config = 无法读取您的 config.toml，所以没有使用其中的模型。
turn-model-source = { $source ->
    [named] 为这次对话指定
    [config] 来自您的 config.toml
   *[codex] 没有指定，由 Codex 选择
  }
turn-model-other = 模型是 { $used }；要求的是 { $asked }，{ turn-model-source }。
turn-model-used = 模型是 { $used }，{ turn-model-source }。
turn-model-asked = 要求的模型是 { $asked }，{ turn-model-source }。
turn-model-unknown = 不知道会使用哪个模型。
turn-note-retried-well = Codex 不得不重试 { $times } 次（{ $kinds }），之后成功。
turn-note-retried = Codex 重试了 { $times } 次（{ $kinds }）。
turn-note-last-error = 最后的回答是错误：{ $error }。
turn-note-unshown = 没有显示，也没有保留其内容：{ $list }。
turn-line-stopped-unasked = 请求对话之前已停止。
turn-line-ended = Codex 没有表示已停止；已将其结束。

## The window: its frame.

window-tab-profiles = 配置
window-tab-activity = 动态
window-tab-codex = Codex
window-tab-settings = 设置
window-app-sections = 栏目
window-app-demo = 演示
window-app-recording = 正在记录到 { $file }
window-app-refresh = 刷新额度
window-app-wrong = 出了点问题，请重试。
window-vault-locked = 钥匙串已锁定。解锁后 Rotunda 会自动继续。
window-vault-missing = 这台电脑上没有可用的钥匙串。
window-vault-denied = 钥匙串拒绝了 Rotunda 的访问。
window-vault-silent = 钥匙串没有响应。请重新启动提供它的程序。
window-vault-read_only = 钥匙串可以读取，但无法保存。请让它可以写入。
window-vault-ask_again = 再次询问
window-vault-broken = 钥匙串返回了 Rotunda 无法读取的内容。

## The window: words of many places.

window-common-cancel = 取消
window-common-close = 关闭
window-common-done = 完成
window-common-dismiss = 知道了
window-common-copy = 复制
window-common-copied = 已复制
window-common-table = 以表格显示
window-common-name = 名称
window-common-name_optional = 名称（可选）
window-common-loading = 正在读取…
window-common-try_again = 重试

## The window: quota windows and meters.

window-window-5h = 5 小时
window-window-5h_short = 5 时
window-window-week = 每周
window-window-days = { $count } 天
window-window-hours = { $count } 小时
window-meter-name = { $of }，{ $window }：剩余
window-meter-low = 偏低
window-meter-stale = 上次已知

## The window: profiles.

window-plan-key = API 密钥
window-plan-provider = { $host } 的密钥
window-profiles-in_use = 使用中
window-profiles-next = 接下来，按此顺序
window-profiles-resting = 休息中
window-profiles-needs_you = 需要您处理
window-profiles-paused = 已暂停
window-profiles-add = 添加配置…
window-profiles-pool = 合计：{ $text }
window-profiles-pool_part = { $window } { $left }
window-profiles-order = 顺序
window-profiles-order-resets_first = 先重置的优先
window-profiles-order-most_left = 剩余最多的优先
window-profiles-order-my_order = 我的顺序
window-profiles-order-resets_first_means = 先用掉快要作废的额度
window-profiles-order-most_left_means = 先用剩余最多的
window-profiles-order-my_order_means = 拖动，或按 Alt+上、Alt+下
window-profiles-moved = { $name } 现在是第 { $place } 个，共 { $count } 个。
window-profiles-staying = 固定使用
window-profiles-own = Codex 自己的登录
window-profiles-own_means = Codex 自己就是用这个账号登录的，所以最后才用它。
window-profiles-reserve_of = 保留 { $percent } %
window-profiles-requests = 当前 { $count } 个请求
window-profiles-by_use = 按用量付费，没有额度可显示。
window-profiles-actions = { $name } 的操作
window-profiles-sign_in = 登录
window-profiles-sign_in_to = 登录 { $name }
window-profiles-waiting = { $count } 个对话在等待。
window-profiles-waiting_until = { $count } 个对话等到 { $time }。
window-profiles-stop_waiting = 停止等待
window-act-use = 立即使用
window-act-stay = 固定在此配置
window-act-unstay = 不再固定在此配置
window-act-pause = 暂停
window-act-resume = 恢复
window-act-up = 上移
window-act-down = 下移
window-act-sign_in_again = 重新登录…
window-act-rename = 重命名…
window-act-reserve = 保留额度…
window-act-credits = 点数…
window-act-redeem = 使用储备的重置…
window-act-refresh = 刷新
window-act-remove = 移除…

## The window: sheets of a profile.

window-rename-title = 重命名 { $name }
window-rename-do = 重命名
window-remove-title = 移除 { $name }？
window-remove-text = 它的登录会从钥匙串中删除。您的 ChatGPT 账号不受影响。
window-remove-text_key = 它会从钥匙串中删除。API 密钥本身仍然有效。
window-remove-text_file = 它的登录会被删除。您的 ChatGPT 账号不受影响。
window-remove-do = 移除
window-reserve-title = { $name } 的保留额度
window-reserve-text = 剩余不多于此值时，只有在没有其他可用配置时才会使用它。
window-reserve-common = 与所有配置相同（{ $percent } %）
window-reserve-own = 单独设置
window-reserve-percent = 保留的剩余百分比
window-reserve-do = 保存
window-credits-title = { $name } 的点数
window-credits-common = 与所有配置相同：{ $consent }
window-credits-never = 从不
window-credits-when_all_out = 仅当所有套餐都用完时
window-credits-always = 其他配置还有额度时也用，让对话留在原来的配置
window-redeem-title = { $name } 的储备重置
window-redeem-looking = 正在查看剩余额度…
window-redeem-busy = 正在使用重置…
window-redeem-do = 使用一次重置
window-redeem-open = 使用一次…

## The window: the first run.

window-first-title = 把多个 Codex 配置当作一个用
window-first-lead = Rotunda 运行在这台电脑上，把您的登录保存在钥匙串里，一个配置用完时让 Codex 换到下一个。
window-first-add = 添加一个配置
window-first-found = 找到：{ $who }
window-first-from = 来自 { $source }
window-first-add_this = 添加此配置
window-first-bind = 绑定 Codex
window-first-bind_text = 在 { $file } 中加一行，并保留备份。
window-first-bound = Codex 已经绑定。
window-first-waits = 先完成第 1 步
window-first-show_line = 显示这一行
window-first-keep = 让它一直运行
window-first-terms = Rotunda 用于您自己拥有的登录。每个登录都遵守其提供方的条款，条款可能规定账号的使用方式。

## The window: adding a profile.

window-add-title = 添加一个配置
window-add-sign_in = 用 ChatGPT 登录
window-add-code = 改用代码
window-add-import = 导入文件…
window-add-key = 使用 API 密钥…
window-add-hint = Rotunda 会得到自己的登录，不会让别处退出登录。
window-signin-title = 用 ChatGPT 登录
window-signin-title_again = 重新登录 { $name }
window-signin-waiting = 正在等待您的浏览器…
window-signin-waiting_text = 在浏览器中登录后回到这里，会自动继续。
window-signin-open_again = 再次打开
window-signin-copy_link = 复制链接
window-signin-use_code = 使用代码
window-signin-code_text = 在任意浏览器中打开此页面并输入代码。
window-signin-code_open = 打开页面
window-signin-code = 代码
window-signin-expires = { $time } 后过期
window-signin-expired = 已过期
window-signin-paste = 浏览器已完成但没有反应？把地址粘贴到这里。
window-signin-paste_do = 使用此地址
window-signin-choose = 使用哪个工作区？
window-signin-choose_text = 此账号有多个工作区，每个都可以成为单独的配置。
window-signin-choose_do = 使用此工作区
window-signin-done = 已登录
window-signin-failed = 未能登录
window-key-title = 使用 API 密钥
window-key-key = API 密钥
window-key-cost = API 密钥要花钱：每个 token 都由 OpenAI 计费。只有所有套餐都用完并且设置允许时，Rotunda 才会使用它。
window-key-check = 密钥会用一次免费调用来检查，并保存在钥匙串里。
window-key-do = 添加此密钥
window-key-busy = 正在检查…
window-key-whose = 密钥所属
window-key-whose-openai = OpenAI
window-key-whose-other = 其他提供商
window-key-address = 地址
window-key-address_text = 提供商提供 Responses API 的地址。密钥不会发送到其他地址。
window-key-models = 提供商的模型
window-key-models_text = 用逗号分隔。留空则使用提供商列出的模型。
window-key-fallback = 代替套餐中的模型
window-key-fallback_text = 用逗号分隔。仅当所有套餐都用完时才由该提供商处理。留空则从不代替。
window-key-cost_other = 提供商按用量计费，并适用其条款。Codex 的 /compact 不适用于它的模型。
window-import-title = 导入登录
window-import-path = Codex 文件夹、auth.json，或其他工具的文件夹
window-import-path_plain = Codex 文件夹，或 auth.json 文件
window-import-look = 查看
window-import-nothing = 那里没有可导入的内容。
window-import-updates = 更新 { $name }
window-import-warning = Codex 和 Rotunda 会同时刷新这个登录。在这里重新登录，Rotunda 就有自己的登录。
window-import-recommended = 登录（推荐）
window-import-anyway = 仍然导入
window-import-do = 添加 { $count } 个配置
window-import-busy = 正在添加…
window-import-results = 导入结果
window-import-ok = 已添加
window-import-not_ok = 未添加
window-import-warn_title = 与 Codex 共用这个登录？

## The window: activity, requests and usage.

window-activity-empty = 还没有内容。每次切换、休息和拒绝都会连同原因显示在这里。
window-activity-none_of_kind = 没有此类内容。
window-activity-filter = 筛选
window-activity-filter-all = 全部
window-activity-filter-moves = 切换
window-activity-filter-limits = 额度
window-activity-filter-signins = 登录
window-activity-filter-binding = 绑定
window-activity-filter-choices = 您的选择
window-kind-rotated = 换到另一个配置
window-kind-rested = 配置休息
window-kind-recovered = 配置恢复
window-kind-refreshed = 登录已续期
window-kind-adopted = 采用 Codex 续期的登录
window-kind-handed_over = 登录已交给 Codex
window-kind-not_saved = 续期的登录尚未保存
window-kind-saved = 续期的登录已保存
window-kind-renewal_refused = 续期结果不可用
window-kind-interrupted = 续期被中断
window-kind-vault_moved = 登录已移动
window-kind-needs_sign_in = 需要登录
window-kind-not_entitled = 套餐不含 Codex
window-kind-chain_lost = 对话重新发送
window-kind-exhausted = 全部用完
window-kind-waiting = 请求在等待
window-kind-failed = 请求失败
window-kind-chosen = 选择了配置
window-kind-pinned = 固定在一个配置
window-kind-unpinned = 恢复轮换
window-kind-paused = 配置已暂停
window-kind-resumed = 配置已继续
window-kind-reserved = 保留量已更改
window-kind-credits_allowed = 点数设置已更改
window-kind-credits_spent = 消耗点数
window-kind-reset_used = 储备的重置
window-kind-wait_ended = 等待结束
window-kind-profile_added = 添加了配置
window-kind-signed_in = 已重新登录
window-kind-profile_removed = 删除了配置
window-kind-profile_renamed = 重命名了配置
window-kind-bound = 已绑定 Codex
window-kind-healed = 绑定已修复
window-kind-second_line = 第二行
window-kind-unbound = 已解除绑定
window-kind-changed_outside = 绑定被其他程序更改
window-kind-restored = 已恢复 config.toml
window-kind-port_taken = 端口被占用
window-kind-vault_unreadable = 无法读取登录
window-kind-vault_readable = 又能读取登录
window-kind-hook_failed = 钩子失败
window-activity-copy = 复制动态
window-activity-backup = 查看备份
window-activity-earlier = 显示更早的
window-requests-title = 过去 24 小时的请求
window-requests-sum = { $requests } · 重试 { $retried } · 失败 { $failed }
window-requests-none = 过去 24 小时没有请求。
window-requests-chart = 过去 24 小时每小时的请求数
window-requests-chart_text = 共 { $requests } 个请求，一小时最多 { $most } 个
window-requests-hour = 小时
window-requests-count = 请求
window-requests-retried = 重试
window-requests-failed = 失败
window-requests-details = 详情
window-requests-time = 时间
window-requests-profile = 配置
window-requests-model = 模型
window-requests-status = 状态
window-requests-first_byte = 首字节
window-requests-tokens = Token 输入 / 输出
window-requests-ms = { $count } 毫秒
window-requests-unknown = –
window-usage-title = 过去 30 天的用量
window-usage-none = 还没有读数。读数保留 30 天。
window-usage-left = 剩余情况
window-usage-left_chart = { $profile }，{ $window }：30 天内的剩余百分比
window-usage-left_text = 剩余 { $low } % 到 { $high } %
window-usage-gap = 线条中断表示那段时间没有读数。
window-usage-day = 日期
window-usage-lowest = 最低剩余
window-usage-highest = 最高剩余
window-usage-percent = { $count } %
window-usage-tokens = 每天的 token
window-usage-tokens_chart = { $model }：30 天内每天的 token
window-usage-tokens_text = 共 { $total }，一天最多 { $most }
window-usage-tokens_none = 还没有 token 计数。
window-usage-of = 配置
window-usage-of_all = 所有配置
window-usage-no_model = 未注明模型
window-usage-removed = 已移除的配置
window-usage-input = 输入
window-usage-output = 输出
window-usage-today = 今天

## The window: Codex.

window-codex-bound = 已绑定
window-codex-bound_stale = 绑定到旧地址
window-codex-unbound = 未绑定
window-codex-foreign = 已绑定，但 Codex 指向别处
window-codex-unreadable = 无法读取 config.toml
window-codex-bound_means = 新对话现在使用 Rotunda。之前打开的对话保持原来的连接，直到您重启 Codex。
window-codex-bound_means_since = 新对话现在使用 Rotunda。{ $time } 之前打开的对话保持原来的连接，直到您重启 Codex。
window-codex-bound_stale_means = config.toml 中那一行的端口或密钥与 Rotunda 现在用的不同。重新绑定即可更新。
window-codex-unbound_means = Codex 使用自己的登录。
window-codex-foreign_means = 另一个应用改了它。
window-codex-unreadable_means = Rotunda 从不更改无法读取的文件。改好之后，这里的状态会自动变化。
window-codex-bind = 绑定 Codex
window-codex-binding = 正在绑定…
window-codex-bind_again = 重新绑定
window-codex-unbind = 解除绑定 Codex
window-codex-unbinding = 正在解除绑定…
window-codex-leave = 保持不变
window-codex-needs_profile = 先添加一个配置
window-codex-provider = Codex 使用模型提供方 { $provider }
window-codex-provider_text = 只有 OpenAI 自己的提供方会经过 Rotunda。经您同意绑定后会切换过去；解除绑定会恢复 { $provider }。
window-codex-provider_do = 切换并绑定
window-codex-line_in = { $file } 中的那一行
window-codex-line_adds = 绑定会在 { $file } 中加一行
window-codex-line = 那一行
window-codex-open = 打开 config.toml
window-codex-copy_line = 复制这一行
window-codex-backup = { $time } 的备份
window-codex-backup_plain = 已保留备份
window-codex-restore = 原样恢复此文件…
window-codex-restore_title = 原样恢复 config.toml？
window-codex-restore_diff = 文件中的变化
window-codex-restore_do = 恢复
window-codex-removed = 删除的行
window-codex-added = 增加的行
window-codex-router_running = 路由器正在运行
window-codex-router_stopped = 路由器已停止
window-codex-router_port_taken = 无法监听端口 { $port }
window-codex-router_where = 监听 127.0.0.1:{ $port }，仅限这台电脑。
window-codex-router_where_since = 监听 127.0.0.1:{ $port }，仅限这台电脑，从 { $time } 开始。
window-codex-router_unreachable = Codex 无法连接 Rotunda。
window-codex-router_other = 另一个程序占用了端口 { $port }。
window-check-title = 检查
window-check-text = 查看 Codex 与 OpenAI 之间的一切，不做任何更改。
window-check-do = 运行检查
window-check-busy = 正在检查…
window-check-ok = 正常
window-check-warn = 请留意
window-check-fail = 有问题
window-check-fix = 如何修复
window-turn-title = 测试对话
window-turn-text = 通过 Codex 进行一次简短的真实对话，会用掉少量额度。
window-turn-profile = 配置
window-turn-profile_now = 使用中的配置
window-turn-do = 运行测试对话
window-turn-running = 正在 { $profile } 上运行
window-turn-ended = 已在 { $profile } 上结束
window-turn-progress = 测试对话的进度

## The window: settings.

window-settings-general = 通用
window-settings-start = 登录系统时启动 Rotunda
window-settings-start_text = 打开时，您注销后 Codex 保持绑定，并在下次登录时等待 Rotunda。关闭时，注销会解除绑定。
window-settings-hidden = 启动后隐藏在托盘
window-settings-language = 语言
window-settings-language-system = 跟随系统
window-settings-theme = 主题
window-settings-theme-system = 跟随系统
window-settings-theme-light = 浅色
window-settings-theme-dark = 深色
window-settings-notifications = 通知
window-settings-rotation = 轮换
window-settings-rotate = 自动轮换
window-settings-reserve = 保留额度
window-settings-percent = %
window-settings-out = 所有配置都用完时
window-settings-out_stop = 以 Codex 的提示结束
window-settings-out_wait = 等待重置，最多
window-settings-out_hours = 最多等待的小时数
window-settings-h = 小时
window-settings-keys = 所有套餐都用完时使用 API 密钥
window-settings-keys_text = API 密钥要花钱：每个 token 都由 OpenAI 计费。
window-settings-money = 费用
window-settings-credits = 使用购买的点数
window-settings-credits_text = 点数是在套餐之外购买的。未经您同意，不会用它支付任何请求：请求会转到其他配置，或以额度用完结束。首次消耗时会通知一次。
window-settings-redeem = 所有配置用完时使用一次储备的重置
window-settings-redeem_hours = 仅当在此时间内没有配置恢复
window-settings-redeem_text = 使用最先过期的一次，每小时最多一次，并且仅在有工作等待时。会通知您。此操作无法撤销。
window-settings-second_line = 第二行
window-settings-second_line_do = 当 Codex 自己的账户额度用完时，继续使用 Codex 的终端界面
window-settings-second_line_text = 当 Codex 自己的账户额度已用完而另一个配置可用时，Rotunda 会在 config.toml 中写入第二行 chatgpt_base_url，使 Codex 的终端界面可以继续；在这一行存在期间，如果 Rotunda 崩溃，Codex 在 Rotunda 恢复之前无法启动，连接器不可用，并且 Codex 的错误文本可能显示 Rotunda 的密钥。
window-settings-network = 网络
window-settings-port = 端口
window-settings-port_text = 仅在这台电脑上监听。
window-settings-proxy = 上游代理
window-settings-proxy-system = 跟随系统
window-settings-proxy-none = 不使用
window-settings-proxy-custom = 自定义
window-settings-proxy_address = 代理地址
window-settings-storage = 存储
window-settings-in_keychain = 登录保存在系统钥匙串里。
window-settings-in_file = 登录保存在只有您能读取的文件里。钥匙串更安全。
window-settings-to_file = 移到文件…
window-settings-to_keychain = 移到钥匙串…
window-settings-move_title_file = 把登录移到文件？
window-settings-move_title_keychain = 把登录移到钥匙串？
window-settings-move_text_file = 登录会写入只有您能读取的文件，核对后从钥匙串删除。备份程序和您的其他程序可以读取该文件。
window-settings-move_text_keychain = 登录会写入钥匙串，核对后删除文件。
window-settings-move_do = 移动
window-settings-export = 导出设置
window-settings-import = 导入设置
window-settings-file = 文件
window-settings-export_text = 不含登录和密钥。
window-settings-exported = 设置已写入 { $path }。
window-settings-imported = 设置已从 { $path } 读取。
window-settings-diagnostics = 诊断
window-settings-diagnostics_text = 用于报告问题的压缩包，不含登录、密钥和邮箱地址。
window-settings-diagnostics_do = 保存诊断
window-settings-diagnostics_done = 已保存：{ $path }
window-settings-about = 关于
window-settings-version = Rotunda { $version }

## 储备的重置：每次清空一个账户的额度窗口。

resets-banked = { $count } 次重置
resets-in-use = 正在使用一次重置，额度尚未反映。
resets-banked-until = { $count } 次重置，最早 { $at } 过期
resets-question = 使用 { $profile } 的一次重置吗？它现在会清空{ $counters ->
    [five_hours] 5 小时计数
    [week] 每周计数
    [both] 5 小时和每周计数
   *[other] 计数
  }（{ $left }）。{ $stay }此操作无法撤销。
resets-none-stays = 这是最后一次。
resets-stay = 还剩 { $count } 次。
resets-stay-until = 还剩 { $count } 次，最早 { $at } 过期。
resets-early = 剩余还很多，现在重置意义不大。
resets-same-number = 之前的请求没有得到明确答复。这次使用同一编号，因此 OpenAI 会把两者视为一次。
resets-redeemed = 已使用 { $profile } 的一次重置：计数已清空。还剩 { $count } 次。
resets-redeemed-unasked = 所有配置将长时间不可用，因此按您的设置使用了 { $profile } 的一次重置：计数已清空。还剩 { $count } 次。
resets-accepted = OpenAI 已使用 { $profile } 的一次重置。额度尚未反映；反映后会在活动中告知。
resets-accepted-unasked = 所有配置将长时间不可用，因此按您的设置使用了 { $profile } 的一次重置。额度尚未反映；反映后会在活动中告知。
resets-not-shown = OpenAI 表示已使用 { $profile } 的一次重置，但额度仍未反映。`rotunda quota --refresh` 会再次查看。
resets-never-clear = 仍不清楚是否已使用 { $profile } 的一次重置：OpenAI 没有给出明确答复，额度也未反映。`rotunda quota --refresh` 会再次查看。
resets-nothing-used = 未使用 { $profile } 的重置：OpenAI 表示没有已用的额度。
resets-none = 未使用 { $profile } 的重置：没有储备。
resets-refused = 未使用 { $profile } 的重置：OpenAI 拒绝了。
resets-refused-because = 未使用 { $profile } 的重置。OpenAI 表示：{ $reason }
resets-not-asked = 未使用 { $profile } 的重置，因为没有向 OpenAI 发出请求：{ $reason }。
resets-not-arrived = 未使用 { $profile } 的重置：请求没有到达。
resets-unclear = OpenAI 没有明确答复，因此不知道 { $profile } 的重置是否已使用。额度所反映的结果会在活动中告知。再次请求使用同一编号，因此不会用掉第二次。
resets-under-way = 使用 { $profile } 重置的请求正在进行。结果会在活动中告知。
resets-ask-running = 重置由正在运行的 Rotunda 使用。请先启动 Rotunda 或 `rotunda serve`。
resets-ask-unread = 刚才无法读取 { $profile } 的额度，因此没有使用重置。请稍后再试。
resets-ask-expired = 该询问已超过 10 分钟。没有使用重置；请重新询问。
resets-ask-changed = { $profile } 的储备在此期间有变化。没有使用重置；请重新询问。
redeem-ask = 使用重置吗？
redeem-ask-yes = 没有使用重置。`rotunda redeem NAME --yes` 会不经询问直接使用。
redeem-nothing = 没有使用重置。
menu-resets = · { $count } 次重置
notice-reset-expires = { $profile } 的一次重置即将过期
notice-reset-expires-body = 如不使用，将在 { $at } 过期。可在窗口中或用 `rotunda redeem` 使用。

## 迟迟不开始的回答。

activity-late = OpenAI 已有 { $waited } 秒没有开始回答 { $profile } 的一个请求。请求可能正在处理，因此 Rotunda 继续等待。
activity-late-usual = OpenAI 已有 { $waited } 秒没有开始回答 { $profile } 的一个请求，平时在 { $usual } 秒内开始。请求可能正在处理，因此 Rotunda 继续等待。
activity-stuck = OpenAI 在 { $waited } 秒内没有收下 { $profile } 的整个请求。其中任何部分都不可能已运行，因此 Rotunda 重新发送。
summary-late = { $summary } · 尚无回答
notice-late = { $profile } 尚无回答
notice-late-body = OpenAI 远比平时更久没有开始回答。请求可能正在处理，因此 Rotunda 继续等待。要重新提问，请在 Codex 中停止该轮并再发送一次。
setting-notice-late = 当回答远比平时更久没有开始时通知。
window-kind-late = 回答延迟

## The forecast of the whole pool.

forecast-no-profile = 没有可以预测额度的配置。
forecast-not-enough = 无法预测：历史还不够（{ $of } 天中的 { $days } 天）。
forecast-enough = 照此速度，未来五天够用。
forecast-until = 照此速度够用到 { $until }。
forecast-back = 之后 { $profile } 将在 { $at } 恢复。
forecast-two = { $first }{ $second }
forecast-out-now = 所有配置都已用完。
forecast-out-now-back = 所有配置都已用完。{ $profile } 将在 { $at } 恢复。
forecast-plans = 照此速度，套餐够用到 { $until }。
forecast-plans-now = 所有套餐都已用完。
forecast-then-credits = 之后由 { $profile } 的点数支付。
forecast-then-key = 之后使用 API 密钥 { $profile }，按用量付费。
forecast-old = { $sentence }数据是 { $age }前的。
forecast-change-until = { $change }：够用到 { $until }。
forecast-change-enough = { $change }：够用五天以上。
forecast-change-order = 顺序改为“{ $order ->
    [resets_first] 先用会因重置而浪费的
    [most_left] 剩余最多的优先
   *[my_order] 我的顺序
  }”
forecast-change-reserve = 不保留额度
forecast-change-banked = 使用 { $profile } 的一次储备重置
forecast-changes = 可以改变什么
forecast-reset = { $profile }：{ $window ->
    [five_hours] 5 小时窗口
    [week] 每周窗口
   *[other] 额度窗口
  }重新开始
forecast-reset-expected = { $reset }（预计）
forecast-event-out = 所有配置用完
forecast-event-back = { $profile } 恢复
forecast-title = 未来五天
forecast-chart = 所有配置平均剩余（预计）
forecast-left = 平均剩余
forecast-resets = 每周或更长的窗口重新开始
forecast-lowest = 剩余在 { $low } 与 { $high } 之间。
forecast-when = 时间
forecast-what = 事件
forecast-day = 日期
forecast-low = 最低
forecast-high = 最高
forecast-error = 从 { $days } 天中学习。预测与实际的差距见 docs/forecast.md 中的测量。
notice-runs-out-title = 额度将在重置前用完
notice-runs-out = 从 { $from } 到 { $until }，所有配置都将用完。
notice-runs-out-open = 从 { $from } 起，所有配置都将用完。
notice-returned-title = { $profile } 已恢复
notice-returned = { $limit ->
    [five_hours] 5 小时额度
    [week] 每周额度
   *[other] 额度
  }已重置，{ $left }。
notice-returned-plain = { $limit ->
    [five_hours] 5 小时额度
    [week] 每周额度
   *[other] 额度
  }已重置。
notice-test-kind = 测试：{ $kind }

## Alerts in the settings.

setting-alert-five-hours = 所有配置的 5 小时窗口剩余百分比，达到时 `low` 会通知。设为 [] 时，这些窗口从不通知。
setting-alert-week = 每周窗口的同样设置。
setting-quiet-hours = 这段时间内不发通知；结束时只通知仍然重要的事。结束不晚于开始时，指第二天。
setting-work-days = 您工作的日子，用于 `rotunda forecast`：从用量中学习，或由您指定。
setting-work-hours = 您工作的时间，用于 `rotunda forecast`：从用量中学习，或由您指定。
setting-notice-returned = 在其他配置提供服务期间，用完的配置恢复时通知。
setting-notice-forecast = 预测所有配置将在一天之内、下次重置之前用完时通知。
alerts-five-hours = 5 小时额度剩余到这些百分比时通知（%）
alerts-week = 每周额度剩余到这些百分比时通知（%）
alerts-shares-example = 例如 50, 20, 5
alerts-quiet = 免打扰时间
alerts-quiet-from = 从
alerts-quiet-to = 到
alerts-quiet-text = 这段时间内不弹出任何通知。结束时只通知仍然重要的事。
alerts-test = 发送测试
alerts-test-of = 发送“{ $kind }”的测试
alerts-test-text = 系统可能会悄悄丢弃通知，测试一下就知道。
alerts-work = 工作时间（用于预测）
alerts-work-days = 日期
alerts-work-hours = 时间
alerts-work-text = “learned”按最近几周的用量推断。也可填写 mon-fri 这样的日期和 09:00-18:00 这样的时间。
alert-rotated = Codex 换到了另一个配置
alert-last = 正在使用最后一个可用配置
alert-out = 所有配置都已用完
alert-back = Codex 可以继续
alert-signin = 有配置需要重新登录
alert-unbound = 另一个程序改了 config.toml
alert-port = 路由器无法启动
alert-low = 所有配置合计剩余很少
alert-credits = 正在消耗点数
alert-resets = 储备的重置将在两天内过期
alert-late = 回答迟迟没有开始
alert-returned = 用完的配置已恢复
alert-forecast = 额度将在重置前用完

## 一行状态与守卫。

status-line-row = { $profile } · { $summary }
status-line-off = Rotunda 未运行
status-line-off-with = Rotunda 未运行 · { $row }
status-line-silent = Rotunda 没有响应
status-line-silent-with = Rotunda 没有响应 · { $row }
status-line-field = { $field } 不是该行的字段；可用字段为 { $fields }。
status-line-brace = 模板中有花括号不成对；要写花括号本身，请写两次。
guard-enough = { $profile } { $left }；要求至少 { $min }。
guard-too-little = 没有就绪的配置还剩 { $min }：最多的是 { $profile } 的 { $left }。
guard-none-ready = 没有就绪的配置。
guard-more = { $what }预计{ $at }会有更多。
guard-unknown = 尚不知道还剩多少；`rotunda quota --refresh` 会向服务方查询。
guard-no-profile = 没有带套餐的配置；`rotunda login` 可添加一个。
guard-no-such-profile = 没有名为“{ $name }”的配置。
guard-waits = 正在等待剩余达到 { $min }。按 Ctrl+C 结束。
guard-off = Rotunda 未运行：这是它最后知道的值。

## 钩子：发生事情时运行的命令。

setting-hook = 活动中出现这一类记录时运行的命令。事件以 JSON 形式传给它的标准输入；`rotunda hooks try` 可试运行。
setting-hook-any = 任何事情发生时运行的命令，在该类自己的命令之后。
setting-hook-notice = 托盘应用有此类通知时运行的命令，无论该通知是否开启。
hook-code = 它以 { $code } 结束
hook-signal = 它被信号终止
hook-too-long = 它运行超过 { $seconds ->
   *[other] { $seconds } 秒
  }，已被终止
hook-not-started = 无法启动：{ $error }
hook-test = 这是对钩子 { $hook } 的测试。并没有发生任何事情。
hook-worked = 钩子 { $hook } 运行成功。
hooks-none = 没有设置钩子；`rotunda hooks --all` 列出各类，`rotunda settings set hooks.类别 命令` 可设置一个。
hooks-not-set = 钩子 { $hook } 没有命令；`rotunda settings set hooks.{ $hook } 命令` 可设置一个。
error-no-hook = 没有名为 { $hook } 的钩子类别；`rotunda hooks --all` 可列出它们。
activity-hook-failed = 钩子 { $hook } 失败：{ $why }。
activity-hooks-left-out = 钩子 { $hook } 之后等待的命令过多，部分钩子命令被略过。

## 按日、模型、配置、会话和项目的用量。

setting-usage-keep = 用量（`rotunda usage`）保留多少天。
setting-usage-names = 是否随用量保留项目的名称。否则项目只是一个看不出名称和文件夹的编号；关闭后，已保留的名称会被删除。
setting-updates = Rotunda 每天询问一次是否有新版本的地址，即一份签名声明的地址。Rotunda 只显示新版本，从不安装。"off"：不询问。
usage-since = { $since } 不是过去的日期：请写 2026-11-01 这样的日期，或 30d 这样的天数。
usage-none = 自 { $day } 以来没有用量。
usage-head-by = { $by ->
    [day] 日期
    [model] 模型
    [profile] 配置
    [session] 会话
    [project] 项目
   *[client] 程序
  }
usage-head-requests = 请求
usage-head-input = 输入
usage-head-cached = 缓存
usage-head-output = 输出
usage-head-reasoning = 推理
usage-head-cost = 按 API
usage-unknown = 未知
usage-no-model = 未指明模型
usage-total = 合计
usage-estimate = “按 API”是估算：OpenAI 在 { $date } 的标价，标准处理，输入不超过 272,000 个 token。价格可能已过时。
usage-without-price = 没有价格、因此不在估算内：{ $models }。
usage-without-price-more = 没有价格、因此不在估算内：{ $models } 及另外 { $more } 个。
usage-unmeasured = { $count ->
   *[other] { $count } 个请求
  }没有数字：回答中断或被拒绝。
usage-left-out = { $count ->
   *[other] { $count } 行
  }未列出，但计入合计。

## 窗口：设置中的钩子。

window-hooks-title = 钩子
window-hooks-text = 为每一类事情设置一个您自己的命令。事件以 JSON 传给它的标准输入，最多运行 30 秒，依次运行；示例见 docs/hooks.md。
window-hooks-command = 命令类别：
window-hooks-add = 添加类别
window-hooks-choose = 选择类别…
window-hooks-try = 试运行
window-hooks-try_it = 试运行钩子 { $kind }
window-hooks-remove = 移除
window-hooks-remove_it = 移除钩子 { $kind }

## 窗口：活动中的用量。

window-spent-title = 用量明细
window-spent-copy = 复制为 CSV
window-spent-by = 按
window-spent-by-day = 日期
window-spent-by-model = 模型
window-spent-by-profile = 配置
window-spent-by-session = 会话
window-spent-by-project = 项目
window-spent-by-client = 程序
window-spent-days = 时间
window-spent-last = { $count ->
   *[other] 最近 { $count } 天
  }
window-spent-none = 这段时间没有用量。
window-spent-chart = 按{ $by }的 token
window-spent-sum = 输入 { $read }，其中缓存 { $cached }；输出 { $written }；按 API { $cost }
window-spent-read = 输入
window-spent-cached = 缓存
window-spent-written = 输出
window-spent-reasoning = 推理
window-spent-cost = 按 API
window-spent-total = 合计
window-spent-unknown = 未知
window-spent-estimate = “按 API”是估算：OpenAI 在 { $date } 的标价，标准处理。价格可能已过时。
window-spent-without_price = 没有价格：{ $models }。
window-spent-unmeasured = { $count ->
   *[other] { $count } 个请求
  }没有数字：回答中断或被拒绝。
window-spent-left_out = { $count ->
   *[other] { $count } 行
  }未列出，但计入合计。

## 窗口：设置中保留的用量。

window-kept-title = 保留的用量
window-kept-days = 保留
window-kept-unit = 天
window-kept-names = 保留项目名称
window-kept-names_text = 否则项目只是一个看不出名称和文件夹的编号。关闭后，已保留的名称会被删除。
window-updates-title = 新版本
window-updates-address = 每天询问一次此地址
window-updates-text = 只采用用此程序中的密钥签名的声明。Rotunda 只显示新版本，从不安装。

## 按项目的规则：`rotunda project` 和窗口

done-project-added = 从现在起，{ $place } 只使用 { $profiles }。
done-project-removed = { $place } 又可以使用所有配置。
error-no-project = 没有针对 { $place } 的规则；`rotunda project list` 可列出规则。
project-none = 没有按项目的规则：所有配置都可用于所有项目。`rotunda project add` 可建立规则。
project-missing = { $profile }（没有此配置）
project-no-profile = 没有配置：那里不会使用任何配置
project-free = 没有规则适用于 { $place }：那里可以使用所有配置。
project-holds-folder = 由于文件夹 { $rule } 的规则，{ $place } 只使用 { $profiles }。
project-holds-repository = 由于仓库 { $rule } 的规则，{ $place } 只使用 { $profiles }。
project-holds-none = { $place } 的规则没有共同的可用配置，所以不使用任何配置。
project-not-there = { $place } 不存在。请给出已有的文件夹，或仓库的地址。
project-no-address = { $place } 不是仓库的地址；例如 github.com/ada/engine。
project-other-clones = 此仓库的其他克隆不在其中。针对其地址的规则适用于所有克隆：rotunda project add { $address } --profiles { $profiles }
run-rule = { $place } 的规则只允许这里使用 { $profiles }。
run-rule-excludes = { $place } 的规则只允许这里使用 { $profiles }，因此不使用 { $profile }。`rotunda project remove` 可移除规则。
run-rule-no-profile = { $place } 的规则不允许这里使用任何配置。`rotunda project show` 会说明是哪些规则。
window-projects-title = 项目
window-projects-text = 规则让某个文件夹或仓库中的工作只使用您选择的配置，例如客户的数据用客户的套餐。即使它们用完，那里也不会使用其他配置。
window-projects-none = 还没有规则：所有配置都可用于所有项目。
window-projects-place = 文件夹或仓库的地址
window-projects-place_hint = /home/ada/clients/engine 或 github.com/ada/engine
window-projects-profiles = 配置
window-projects-of = { $place } 的配置
window-projects-add = 添加规则
window-projects-remove = 移除
window-projects-remove_it = 移除 { $place } 的规则
window-projects-missing = { $profile }（没有此配置）
window-projects-no_profile = 其中的配置都不存在，所以这里不使用任何配置。

## Other programs than Codex.

done-client-added = 已添加 { $client }。
done-client-revoked = 已撤销 { $client } 的密钥。
done-client-renewed = { $client } 有了新密钥，之前的密钥已失效。
note-clients-off = 其他程序已关闭：在运行 `rotunda settings set clients.responses true`（Claude Code 用 `clients.messages`，Chat Completions 用 `clients.chat`）之前，它们的密钥无效。
clients-on = 其他程序已开启。API 的地址是 { $url }。
clients-terms = ChatGPT 套餐是为特定程序出售的。能否供其他程序使用由提供商的条款决定；Rotunda 无从得知，提供商可能限制或关闭违反条款的账户。
clients-switch-off = `rotunda settings set { $switch } false` 可立即关闭其他程序。
client-key = 这是它的密钥，只显示这一次：
client-all-profiles = 每个配置
client-no-profile = 没有配置：指定的配置已不存在
clients-none = 没有其他程序。`rotunda client add NAME` 可添加一个。
error-no-client = 没有名为“{ $client }”的程序。`rotunda client list` 可列出它们。
error-client-name = 程序需要一个由 1 到 40 个可见字符组成的名称。
error-client-name-taken = 另一个程序已使用此名称；请换一个。
error-clients-many = 已有 { $most } 个程序，不能再添加。请先撤销一个。
error-client-key = 这不是 Rotunda 为其他程序生成的密钥。

## Other programs, in the window.

window-clients-title = 其他程序
window-clients-switch = 允许使用 Responses API 的程序使用我的配置
window-clients-switch_means = 每个程序使用自己的密钥（rotunda client add NAME），并通过 { $url } 使用 API。
window-clients-switch_messages = 允许使用 Messages API 的程序使用我的配置：Claude Code（rotunda run --client NAME）
window-clients-switch_chat = 允许使用 Chat Completions 的程序使用我的配置
window-clients-terms = ChatGPT 套餐是为特定程序出售的。能否供其他程序使用由提供商的条款决定；Rotunda 无从得知，提供商可能限制或关闭违反条款的账户。你可以随时在这里关闭。
window-clients-none = 没有程序拥有密钥。
window-clients-all_profiles = 每个配置
window-clients-no_profile = 没有配置：指定的配置已不存在
window-clients-revoke = 撤销
window-clients-revoke_of = 撤销 { $name } 的密钥
window-clients-revoked = { $name } 的密钥已撤销。

## A newer version.

# version: such as 0.2.0; page: the address where it is to be had.
update-newer = Rotunda { $version } 已发布：{ $page }
update-forged = updates.address 的内容没有用此程序中的密钥签名，未被采用。
update-older = updates.address 的内容比之前的旧，未被采用。
update-malformed = updates.address 的内容已签名，但没有写明 Rotunda 的版本，未被采用。
update-not-reached = updates.address 没有应答。Rotunda 将在一天后再次询问。
update-no-key = 此 Rotunda 构建没有用于验证新版本通知的密钥，因此不会询问 updates.address。
