//! 托盘第一行、窗口顶部与各配置所在的行。

use super::super::{
    BindingNote, Cause, Chinese, Headline, Outlook, PaceWords, Reader, Reason, Summary, VaultNote,
};
use crate::format;

impl Chinese for Headline<'_> {
    fn chinese(&self, reader: Reader) -> String {
        match self {
            Self::CantListen(port) => format!("无法监听端口 {port} · 修复…"),
            Self::KeychainLocked => "请解锁钥匙串以继续…".to_owned(),
            Self::KeychainDenied => "请允许 Rotunda 使用钥匙串以继续…".to_owned(),
            Self::NoKeychain => "没有可用的钥匙串 · 修复…".to_owned(),
            Self::BindingChanged => "绑定被其他程序更改 · 修复…".to_owned(),
            Self::NoProfile => "添加一个配置即可开始".to_owned(),
            Self::NotBound => "Codex 未绑定".to_owned(),
            Self::RouterStopped => "Codex 在等待：路由器没有运行".to_owned(),
            Self::AllOut(at) => format!("所有配置都已用完 · {} 恢复", format::at(*at, reader)),
            Self::Using(name, Some(left)) => format!("Codex 正在使用 {name} · {left}"),
            Self::Using(name, None) => format!("Codex 正在使用 {name}"),
            Self::NobodyReady => "没有可用的配置 · 重新登录…".to_owned(),
            Self::Ready(count) => format!("Codex 已绑定 · {count} 个配置可用"),
        }
    }
}

impl Chinese for Outlook<'_> {
    fn chinese(&self, reader: Reader) -> String {
        match self {
            Self::NoProfile => "您拥有的每个 ChatGPT 套餐，各登录一次即可。".to_owned(),
            Self::Waits(at, name) => {
                let (at, name) = (format::at(*at, reader), name.unwrap_or(NEXT));
                format!("所有配置都已用完。Codex 正在等待，{at} 用 {name} 继续。")
            }
            Self::Out(at, name) => {
                let (at, name) = (format::at(*at, reader), name.unwrap_or(NEXT));
                format!("所有配置都已用完。{at} {name} 重置后，Codex 可以继续。")
            }
            Self::Ready { ready, all, next } => {
                let count = format!("{all} 个配置中有 {ready} 个可用");
                match next {
                    Some(at) => format!("{count}，下次重置 {}", format::until(*at, reader)),
                    None => count,
                }
            }
        }
    }
}

const NEXT: &str = "下一个配置";

impl Chinese for Summary<'_> {
    fn chinese(&self, reader: Reader) -> String {
        match self {
            Self::OutUntil(at) => format!("已用完，{} 恢复", format::until(*at, reader)),
            Self::RestsUntil(at) => format!("休息到 {}", format::until(*at, reader)),
            Self::SignInAgain => "重新登录…".to_owned(),
            Self::NoCodex => "套餐不含 Codex".to_owned(),
            Self::Paused => "已暂停".to_owned(),
            Self::Ready => "可用".to_owned(),
            Self::Resets(left, resets) => format!("{left}，{resets}"),
            Self::Week(left, share) => format!("{left} · 每周 {share}"),
            Self::LastKnown(text) => format!("{text} · 上次已知"),
        }
    }
}

impl Chinese for Reason {
    fn chinese(&self, _: Reader) -> String {
        let text = match self {
            Self::Rests(Cause::FiveHours) => "它的 5 小时额度已用完。",
            Self::Rests(Cause::Week) => "它的每周额度已用完。",
            Self::Rests(Cause::Limit) => "它的额度已用完。",
            Self::Rests(Cause::Trouble) => "OpenAI 处理它的请求时出了故障。",
            Self::SignInEnded => "OpenAI 终止了这个登录。",
            Self::NoCodex => "它的套餐不含 Codex。",
            Self::Paused => "您暂停了它。",
        };
        text.to_owned()
    }
}

impl Chinese for PaceWords {
    fn chinese(&self, reader: Reader) -> String {
        match self {
            Self::Even => "用量平稳".to_owned(),
            Self::Lasts => "能用到重置".to_owned(),
            Self::Out(at) => format!("照此速度 {} 用完", format::at(*at, reader)),
        }
    }
}

impl Chinese for VaultNote {
    fn chinese(&self, _: Reader) -> String {
        let text = match self {
            Self::InFile => {
                "登录保存在文件里，您的任何程序都能读取它。运行 `rotunda vault move keychain` \
                 可把登录移到钥匙串。"
            }
            Self::Locked => "钥匙串已锁定。解锁后 Codex 会继续。",
            Self::Denied => "钥匙串拒绝了访问。请允许 Rotunda 使用它自己的项目，Codex 就会继续。",
            Self::NoKeychain => {
                "没有可用的钥匙串。请启动一个（在 Linux 上是 Secret Service，例如 \
                 gnome-keyring），或运行 `rotunda vault move file` 把登录保存在私有文件里。"
            }
            Self::NoFile => {
                "无法使用保存登录的文件。请确认您可以读写 Rotunda 数据文件夹中的 vault.json。"
            }
            Self::Broken => "无法识别所保存的登录。请为每个配置重新登录。",
        };
        text.to_owned()
    }
}

impl Chinese for BindingNote {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Stale(url) => format!("Codex 指向 {url}，Rotunda 已不在那里监听。"),
            Self::Foreign(url) => format!("Codex 指向 {url}。"),
            Self::Unreadable(line, error) => format!("第 {line} 行：{error}。"),
            Self::Failed(error) => format!("无法读取：{error}。"),
            Self::ReadOnly => "config.toml 是只读的：绑定前请允许写入。".to_owned(),
            Self::OtherProvider(provider) => {
                format!("Codex 使用其 config.toml 中的提供方“{provider}”，所以这一行不起作用。")
            }
        }
    }
}
