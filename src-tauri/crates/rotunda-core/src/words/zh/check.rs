//! 检查：Codex 与上游之间的情况，以及如何修复。

use super::super::{Chinese, Fix, Found, Proof, Reader};

impl Chinese for Found<'_> {
    #[expect(clippy::too_many_lines, reason = "one arm for each finding, and nothing to decide")]
    fn chinese(&self, _: Reader) -> String {
        let fixed = match self {
            Self::CodexMissing => "没有找到 Codex 命令。桌面应用不需要它。",
            Self::CodexAt { version, path } => return format!("{version} 位于 {path}。"),
            Self::CodexSilent(path) => return format!("{path} 没有给出它的版本。"),
            Self::AppNone => "没有找到桌面应用自带的 Codex；命令行不需要它。",
            Self::AppAt { version, path } => {
                return format!("桌面应用自带 {version}，位于 {path}。");
            }
            Self::AppSilent(path) => return format!("桌面应用的 {path} 没有给出它的版本。"),
            Self::ProxyNamed(variable, proof) => {
                let proof = self::proof(proof);
                return format!("{variable} 把发给这台电脑自己的请求也送往代理。{proof}");
            }
            Self::ProxyOfSystem(proof) => {
                let proof = self::proof(proof);
                return format!("系统把发给这台电脑自己的请求也送往代理。{proof}");
            }
            Self::WayStraight => "发给路由器的请求直接到达，不经过任何代理。",
            Self::NoProxy => "这个环境中没有代理会截取发给这台电脑自己的请求。",
            Self::Bound(file) => return format!("Codex 已通过 {file} 中的一行绑定。"),
            Self::NotBound => "Codex 未绑定，使用自己的登录。",
            Self::Foreign(said) => return format!("{said}这是另一个程序或您自己设置的。"),
            Self::Unreadable(file, said) => return format!("无法读取 {file}。{said}"),
            Self::RouterStopped => "路由器没有运行。",
            Self::RouterAwaited(said) => return format!("{said}Codex 已绑定，正在等它。"),
            Self::RouterAnswers(port) => return format!("路由器在 127.0.0.1:{port} 有响应。"),
            Self::RouterAnswersWith(status) => {
                return format!("路由器对 Codex 自己的地址返回 {status}。");
            }
            Self::RouterSilent(error) => return format!("路由器没有响应：{error}。"),
            Self::Guards => "路由器拒绝不知道密钥的程序。",
            Self::GuardsNot(status) => return format!("路由器对没有密钥的程序返回了 {status}。"),
            Self::Reaches => "Codex 自己的检查能连到路由器。",
            Self::ReachesNot(said) => return format!("Codex 自己的检查连不到路由器：{said}。"),
            Self::NoLayers => "没有 Codex 的配置文件指向别处。",
            Self::Layer { file, profile } => {
                return format!(
                    "{file} 指定了自己的地址或提供方：使用 `codex --profile {profile}` 时 Codex 不会经过这里。"
                );
            }
            Self::OwnSignIn => "Codex 有自己的登录，它的应用需要。",
            Self::OwnEnded(date) => {
                return format!("Codex 自己的访问权限已于 {date} 到期；需要时它会续期。");
            }
            Self::OwnElsewhere => "Codex 把自己的登录保存在别处，或没有登录；对话不需要它。",
            Self::OwnUnreadable(error) => return format!("无法读取 Codex 自己的登录：{error}。"),
            Self::UpstreamAway => "现在无法从这里连接 OpenAI。",
            Self::UpstreamThere => "可以连接 OpenAI。",
            Self::ClockRight => "可以连接 OpenAI，这台电脑的时钟也准确。",
            Self::ClockFast(seconds) => {
                return format!("这台电脑的时钟快了 {seconds} 秒：登录会在错误的时间到期。");
            }
            Self::ClockSlow(seconds) => {
                return format!("这台电脑的时钟慢了 {seconds} 秒：登录会在错误的时间到期。");
            }
            Self::NoProfile => "没有配置，所以 Rotunda 无法为 Codex 服务。",
            Self::NobodyYet(headline) => return format!("{headline}。"),
            Self::NobodyReady => "没有配置能为 Codex 服务，也没有会自动恢复的。",
            Self::SignedOut { ready, all, out } => {
                return format!(
                    "{all} 个配置中有 {ready} 个能为 Codex 服务；{out} 个需要重新登录。"
                );
            }
            Self::Ready { ready, all } => {
                return format!("{all} 个配置中现在有 {ready} 个能为 Codex 服务。");
            }
            Self::VaultUnchecked => "无法读取设置，所以没有检查。",
            Self::VaultSilent => "钥匙串没有响应。",
            Self::VaultEmpty => "钥匙串有响应，但没有第一个配置的登录。",
            Self::VaultKeychain => "登录保存在系统钥匙串里，钥匙串有响应。",
            Self::VaultFile => "登录保存在私有文件里，而不是钥匙串。",
            Self::VaultRefused(error) => return format!("无法读取登录：{error}。"),
            Self::SettingsBad(error) => return format!("无法使用设置：{error}。"),
            Self::SettingsWarn(warning) => return format!("{warning}。"),
            Self::SettingsRead => "可以读取设置。",
            Self::NothingWritten => "Rotunda 还没有写入任何内容。",
            Self::Writable(folder) => return format!("可以写入 {folder}。"),
            Self::NotWritable(folder, error) => return format!("无法写入 {folder}：{error}。"),
            Self::LoginUnchecked => "这里不检查登录系统时是否启动；请看窗口中的设置。",
            Self::LoginOff => "登录系统时不启动 Rotunda。",
            Self::LoginApp(program) => return format!("登录系统时从 {program} 启动托盘应用。"),
            Self::LoginUnit => "登录系统时由 systemd 单元 rotunda.service 启动路由器。",
            Self::LoginGone { entry, program } => {
                return format!("{entry} 在登录系统时启动 {program}，但它不存在。");
            }
            Self::TrayAlways => "这个系统总是显示托盘图标。",
            Self::TrayNoSession => "这里没有会话总线，所以没有托盘；路由器不需要它。",
            Self::TrayThere => "这个桌面显示托盘图标。",
            Self::TrayMissing => "这个桌面上没有程序显示托盘图标。",
            Self::TraySilent => "会话总线没有响应，所以不知道是否有托盘。",
        };
        fixed.to_owned()
    }
}

fn proof(proof: &Proof) -> String {
    match proof {
        Proof::None => String::new(),
        Proof::Went(place) => format!("一个发给路由器的请求到了 {place}。"),
        Proof::Unanswered => "一个发给路由器的请求没有得到响应。".to_owned(),
    }
}

impl Chinese for Fix {
    fn chinese(&self, _: Reader) -> String {
        let fixed = match self {
            Self::NamePath(variable) => {
                return format!("请把 `codex` 放到 PATH 中，或用 {variable} 指定它的位置。");
            }
            Self::InstallCodex => "请重新安装 Codex。",
            Self::InstallApp => "请重新安装桌面应用。",
            Self::ExceptLoopback => "请在启动 Codex 的地方设置 NO_PROXY=127.0.0.1,localhost。",
            Self::Switch => "`rotunda bind --switch` 会切换到内置提供方，直到解除绑定。",
            Self::Bind => "`rotunda bind` 会让它指向这里。",
            Self::BindAfresh => "`rotunda bind` 会更新那一行。",
            Self::BindOrUnbind => {
                "`rotunda bind` 会让它指向这里；`rotunda unbind` 会恢复现在的内容。"
            }
            Self::CorrectFile => "请改正这个文件。只要它无法解析，Rotunda 就不会动它。",
            Self::Start => "请启动应用或 `rotunda serve`。",
            Self::StartOrUnbind => "请启动应用或 `rotunda serve`，或运行 `rotunda unbind`。",
            Self::RestartAndSee => "请重新启动 Rotunda；动态和日志中有更多信息。",
            Self::RestartForPort(port) => {
                return format!("可能有其他程序在监听端口 {port}：请重新启动 Rotunda。");
            }
            Self::Restart => "请重新启动 Rotunda。",
            Self::AskCodex => {
                "`codex doctor` 会给出更多信息；通常的原因是代理或被改动的 config.toml。"
            }
            Self::TakeOut => "请从中删除那一行，或有意保留它。",
            Self::SignInInApp => "如果它的应用显示已退出登录，请在那里重新登录。",
            Self::SignInCodex => "请用 `codex login` 重新登录。",
            Self::Network => "请检查这台电脑的网络，以及 Rotunda 设置中的代理。",
            Self::SetClock => "请校准时钟，或让系统自动校准。",
            Self::AddProfile => "`rotunda login` 会添加一个。",
            Self::Wait => "请等待，或再添加一个配置。`rotunda profiles` 会显示各自何时恢复。",
            Self::SeeProfiles => "`rotunda profiles` 会说明原因：请重新登录或恢复其中一个。",
            Self::ImportEach => "`rotunda profiles` 会列出它们；请为每个导入新的登录。",
            Self::SettingsFirst => "请先改正设置。",
            Self::Unlock => "请解锁它，然后重试。",
            Self::UnlockKeychain => "请解锁钥匙串，然后重试。",
            Self::ImportAgain => "请重新导入那个配置。",
            Self::MoveToKeychain => "如果有钥匙串，请运行 `rotunda vault move keychain`。",
            Self::DoOne => "请做其中一项，然后重试。",
            Self::Allow => "请允许 Rotunda 使用它自己的项目，然后重试。",
            Self::CorrectLine => "请改正那一行。",
            Self::CorrectSetting => "请在 settings.toml 中改正或删除它。",
            Self::MakeRoom => "请腾出空间，或把文件夹的权限还给您的用户。",
            Self::LoginAgain => "请在窗口的设置中关闭再打开“登录系统时启动 Rotunda”。",
            Self::AppIndicator => {
                "在 GNOME 上请安装 AppIndicator 扩展，或再次启动 Rotunda 以打开窗口。"
            }
            Self::SignOut => "请注销桌面后重新登录。",
        };
        fixed.to_owned()
    }
}
