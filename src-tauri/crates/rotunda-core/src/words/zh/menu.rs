//! 托盘菜单，以及退出前的提问。

use super::super::{Chinese, MenuText, QuitText, Reader, SettingsNote};

impl Chinese for MenuText<'_> {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Tip(headline) => format!("Rotunda：{headline}"),
            Self::TipServing(name, summary, others) => {
                format!("Rotunda：{name} {summary}。另有 {others} 个可用。")
            }
            Self::ShowAll(count) => format!("显示全部 {count} 个配置…"),
            Self::Next => "切换到下一个配置".to_owned(),
            Self::NoNext => "没有其他可用的配置".to_owned(),
            Self::Stay(name) => format!("固定使用 {name}"),
            Self::Bind => "绑定 Codex".to_owned(),
            Self::BindAgain => "重新绑定 Codex".to_owned(),
            Self::Unbind => "解除绑定 Codex".to_owned(),
            Self::Unreadable => "无法读取 config.toml…".to_owned(),
            Self::Add => "添加配置…".to_owned(),
            Self::Settings => "设置…".to_owned(),
            Self::Quit => "退出 Rotunda".to_owned(),
        }
    }
}

impl Chinese for SettingsNote {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Port(now, next) => {
                format!("端口 {next} 从 Rotunda 下次启动起使用；在此之前仍是 {now}。")
            }
            Self::Proxy => "代理从 Rotunda 下次启动起使用。".to_owned(),
        }
    }
}

impl Chinese for QuitText {
    fn chinese(&self, _: Reader) -> String {
        let text = match self {
            Self::Title => "退出 Rotunda？",
            Self::Text => "Codex 将恢复使用自己的登录。现在打开着的对话需要重启 Codex。",
            Self::Yes => "退出并解除绑定",
            Self::No => "取消",
        };
        text.to_owned()
    }
}
