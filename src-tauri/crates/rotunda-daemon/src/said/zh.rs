//! 简体中文。

use rotunda_core::{Reader, words::Chinese};
use rotunda_router::VaultError;

use super::Ended;
use crate::{
    auth_file::ImportError, bind::BindError, check::Outcome, daemon::CommandError,
    login::LoginError, settings::VaultKind, store::NameError,
};

impl Chinese for CommandError {
    #[expect(clippy::too_many_lines, reason = "one arm for each refusal, and nothing to decide")]
    fn chinese(&self, reader: Reader) -> String {
        let fixed = match self {
            Self::NoProfile(name) => return format!("没有名为“{name}”的配置。"),
            Self::Gone => "这个配置已不存在。",
            Self::Name(error) => return name(*error).to_owned(),
            Self::Import(error) => return format!("没有导入任何内容：{}。", import(error)),
            Self::Spent => {
                "没有导入任何内容：OpenAI 拒绝了它的刷新令牌。请用 `rotunda login` 登录。"
            }
            Self::NotRenewed => {
                "没有导入任何内容：OpenAI 的登录服务没有应答。请稍后再试，或用 `rotunda login` 登录。"
            }
            Self::NotImported(why) => return format!("没有导入任何内容：{why}。"),
            Self::SeveralSignIns(count) => {
                return format!(
                    "没有导入任何内容：那里有 {count} 个登录。请不填名称以全部导入，或指定其中一个的路径。"
                );
            }
            Self::NoneImported(why) => return format!("没有导入任何内容：{why}"),
            Self::Settings(error) => return format!("没有更改任何内容：{error}。"),
            Self::NobodyToStayOn => "没有可以固定使用的配置。请先登录其中一个。",
            Self::NobodyElse => "没有其他可用的配置，所以 Codex 保持不变。",
            Self::Reserve => "保留额度是 0 到 50 之间的百分比。没有更改任何内容。",
            Self::SignIn(error) => return error.chinese(reader),
            Self::SignInRefused(why) => return why.clone(),
            Self::NoSignIn => "没有正在等待的登录。请先开始登录。",
            Self::NoBrowser => "无法打开浏览器。请自己打开这个地址。",
            Self::OtherAccount(name) => {
                return format!(
                    "登录的不是 {name} 的账号，所以没有更改任何内容。请用 {name} 的账号登录，或把它添加为单独的配置。"
                );
            }
            Self::NoKey => "这不是 API 密钥：密钥是一行没有空格的文字。没有添加任何内容。",
            Self::KnownKey(name) => {
                return format!("这个密钥已存在，名为 {name}。没有添加任何内容。");
            }
            Self::KeyRefused => "OpenAI 拒绝了这个密钥。请在创建它的页面上核对；没有添加任何内容。",
            Self::KeyUntried => {
                "OpenAI 的 API 没有响应，无法检查密钥。请稍后再试；没有添加任何内容。"
            }
            Self::VaultFixed => {
                "ROTUNDA_VAULT 指定了登录的保存位置。请取消设置并重新启动 Rotunda，然后再移动。"
            }
            Self::FileThere(path) => {
                return format!("{} 已存在。请换一个名称；没有写入任何内容。", path.display());
            }
            Self::Carried(error) => return format!("设置既没有写入也没有读取：{error}。"),
            Self::NotCarried => "这不是 `rotunda export` 写出的文件。没有更改任何内容。",
            Self::NoPlace => "登录保存在 `keychain` 或 `file` 中。没有移动任何内容。",
            Self::VaultThere(VaultKind::Keychain) => "登录已经在钥匙串里。",
            Self::VaultThere(VaultKind::File) => "登录已经在私有文件里。",
            Self::VaultCopy => "复制后的登录无法读回，所以一切保持原样。",
            Self::VaultLeft(error) => {
                return format!(
                    "登录已移动，但旧的副本没能删除：{}。下次启动时会再试。",
                    vault(error)
                );
            }
            Self::Vault(error) => return format!("没有更改任何内容：{}。", vault(error)),
            Self::Store(error) => return format!("没有更改任何内容：{error}。"),
            Self::NotRunning => {
                "Codex 没有绑定，因为路由器没有运行，Codex 会一直等它。请先启动 Rotunda。"
            }
            Self::OtherProvider(provider) => {
                return format!(
                    "Codex 没有绑定，因为它使用其 config.toml 中的提供方“{provider}”，不会经过这里。"
                );
            }
            Self::NoAnswer(error) => {
                return format!(
                    "Codex 没有绑定，因为路由器没有响应：{error}。请重新启动 Rotunda。"
                );
            }
            Self::WrongAnswer(status) => {
                return format!(
                    "Codex 没有绑定，因为路由器自检时返回 {status}。请重新启动 Rotunda。"
                );
            }
            Self::Bind(error) => {
                return format!("没有更改 Codex 的 config.toml：{}。", bind(error));
            }
            Self::Bundle(error) => return format!("没有写出诊断：{error}。请换一个位置。"),
            Self::NotOpened { path, source } => {
                return format!("无法打开 {}：{source}。请自己打开。", path.display());
            }
            Self::NoRouter => "路由器没有运行。请启动 Rotunda，然后重试。",
            Self::NoProfileYet => "还没有配置。请先添加一个。",
            Self::TestTurnsWaiting(many) => {
                return format!(
                    "已有 {many} 次测试对话在等待。请等其中一次结束或取消一次，然后重试。"
                );
            }
            Self::RecordingAlready => "已经在记录。请结束那次记录，然后重试。",
            Self::Aside(error) => return format!("无法为此命令打开端口：{error}。请重试。"),
            Self::QuotaNeedsRouter => "额度由正在运行的 Rotunda 读取。请启动它，然后重试。",
            Self::QuotaUnread(names) => {
                return format!(
                    "OpenAI 没有告知 {names} 的剩余额度。请一分钟后重试，或查看“动态”。"
                );
            }
            Self::Key(error) => return format!("无法取得 Codex 使用的密钥：{error}。"),
        };
        fixed.to_owned()
    }
}

impl Chinese for LoginError {
    fn chinese(&self, _: Reader) -> String {
        let fixed = match self {
            Self::Denied => "OpenAI 的页面上没有允许登录。需要时请重新开始。",
            Self::Page(code) => return format!("OpenAI 的页面结束了登录（{code}）。请重新开始。"),
            Self::TimedOut => "没有及时完成，登录已结束。请重新开始。",
            Self::StateMismatch => {
                "这个回答属于另一次登录。请使用 Rotunda 最后打开的页面，或重新开始。"
            }
            Self::NotAnAddress => {
                "这不是登录结束时的地址。请完整复制：它以 http://127.0.0.1 开头，并包含代码。"
            }
            Self::PortTaken => {
                "登录需要端口 1455 或 1457，但都被其他程序占用，可能是 Codex 的另一次登录。\
                 请结束它，或改用代码。"
            }
            Self::Listen(error) => {
                return format!("无法打开端口让浏览器返回：{error}。请改用代码。");
            }
            Self::BadCode => "OpenAI 没有接受这个回答：它已被用过或太旧。请重新开始登录。",
            Self::CodeExpired => "代码已失效。请重新开始登录以获得新代码。",
            Self::NoCodes => "OpenAI 不支持用代码进行这次登录。请改用浏览器。",
            Self::Trouble(status) => {
                return format!("OpenAI 的登录服务出了故障（{status}）。请过几分钟再试。");
            }
            Self::Unreachable => "无法连接 OpenAI 的登录服务。请检查网络，然后重试。",
            Self::Strange => "OpenAI 的登录服务返回了意外的内容。请稍后再试。",
            Self::ClockAhead => {
                "这台电脑的时钟偏快：新的登录会被视为已过期。请校准时钟，然后重新登录。"
            }
            Self::OtherWorkspace => {
                "OpenAI 让您登录的不是所选的工作区。请重新开始，并在 OpenAI 的页面上也选择它。"
            }
            Self::Cancelled => "登录已取消。",
            Self::Random => "系统没有提供随机数，无法保证登录的安全。",
        };
        fixed.to_owned()
    }
}

impl Chinese for Ended<'_> {
    fn chinese(&self, _: Reader) -> String {
        let Self(outcome, profile) = self;
        let fixed = match outcome {
            Outcome::Completed => return format!("{profile} 正常：Codex 提问并得到了回答。"),
            Outcome::ProviderAuthFailed => {
                return format!("OpenAI 不接受 {profile} 的登录。请重新登录。");
            }
            Outcome::ProviderRateLimited => {
                return format!("{profile} 的额度已用完，或请求过于频繁。请在重置后重试。");
            }
            Outcome::ProviderInvalidToolCall => {
                "OpenAI 拒绝了这个 Codex 的一个工具。请更新 Codex，然后重试。"
            }
            Outcome::ProviderCompactUnsupported => {
                "OpenAI 不提供这个 Codex 所要求的对话压缩。请更新 Codex。"
            }
            Outcome::ProviderStreamDisconnected => "回答一再中断。请检查网络，然后重试。",
            Outcome::ProviderHttpError => "OpenAI 返回了错误。请过一会儿再试，或换一个模型。",
            Outcome::ProviderUnavailable => {
                "无法连接 OpenAI，或这个模型目前没有容量。请过一会儿再试。"
            }
            Outcome::BackendResponseInvalid => {
                "Codex 结束了对话却没有结果。请更新 Codex，然后重试。"
            }
            Outcome::BackendJsonParseError => {
                "Codex 输出的内容不符合它的协议。请更新 Codex，然后重试。"
            }
            Outcome::BackendTimeout => "Codex 太久没有进展，已被结束。请重试。",
            Outcome::BackendSpawnFailed => "无法启动 Codex。请重新安装它，然后重试。",
            Outcome::SecretUnavailable => {
                return format!("这里无法读取 {profile} 的登录。请重新登录。");
            }
            Outcome::ThreadResumeFailed => "Codex 无法再次打开自己的对话。请更新 Codex，然后重试。",
            Outcome::Cancelled => "测试对话已停止。",
        };
        fixed.to_owned()
    }
}

fn name(error: NameError) -> &'static str {
    match error {
        NameError::Empty => "配置需要名称，请输入 1 到 40 个可见字符。",
        NameError::Long => "这个名称太长，请输入 1 到 40 个可见字符。",
        NameError::Invisible => "这个名称含有看不见的字符，请使用可见字符。",
        NameError::Taken => "另一个配置已使用这个名称，请换一个。",
    }
}

fn vault(error: &VaultError) -> String {
    match error {
        VaultError::Missing => "钥匙串里没有这个配置的登录".to_owned(),
        VaultError::Locked => "钥匙串已锁定".to_owned(),
        VaultError::Denied => "钥匙串拒绝了访问".to_owned(),
        VaultError::Unavailable(why) => format!("没有可用的钥匙串：{why}"),
        VaultError::Damaged(why) => format!("无法读取钥匙串项目：{why}"),
    }
}

fn import(error: &ImportError) -> String {
    match error {
        ImportError::File(error) => error.to_string(),
        ImportError::NoSignIn(folder) => {
            format!("{} 中没有登录：Codex 在那里已退出登录", folder.display())
        }
        ImportError::NotOurs(why) => format!("这不是 Codex 的 auth.json：{why}"),
        ImportError::Unsupported(kind) => {
            format!("这个 auth.json 含有 {kind:?} 类型的登录，Rotunda 无法使用")
        }
        ImportError::Unread => "它在钥匙串里，还没有读取".to_owned(),
        ImportError::Keychain(error) => format!("Codex 把登录保存在钥匙串里，{}", vault(error)),
    }
}

fn bind(error: &BindError) -> String {
    match error {
        BindError::File(error) => error.to_string(),
        BindError::Refused { path, reason } => {
            format!("{}，{reason}；请改正那一行，然后重试", path.display())
        }
        BindError::Busy => "另一个 Rotunda 正在更改绑定；请稍后再试".to_owned(),
        BindError::Restless(path) => {
            format!("{} 一直在变化；请关闭写入它的程序，然后重试", path.display())
        }
        BindError::ReadOnly(path) => format!("{} 是只读的；请允许写入，然后重试", path.display()),
        BindError::NoBackup(path) => format!("没有 {} 的备份可以恢复", path.display()),
    }
}
