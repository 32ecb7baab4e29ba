//! 通知。

use super::super::{Chinese, Ends, Limit, NoticeText, NoticeWord, Reader};
use crate::format::{at, until};

impl Chinese for NoticeText<'_> {
    fn chinese(&self, reader: Reader) -> String {
        match self {
            Self::MovedTo(name) => format!("Codex 已换到 {name}"),
            Self::MovedOften(times) => format!("Codex 在 10 分钟内换了 {times} 次"),
            Self::MovedBody { from, limit, until: end, to, left } => {
                let (limit, end) = (self::limit(*limit), until(*end, reader));
                format!("{from} 的{limit}已用完，{end} 恢复。{}。", has(to, *left))
            }
            Self::Chosen(name) => format!("您选择了 {name}"),
            Self::ChosenBody(name) => {
                format!("新对话会使用它，之后照常轮换。要一直使用，请选“固定使用 {name}”。")
            }
            Self::MovedOftenBody(name, left) => format!("现在 {}。", has(name, *left)),
            Self::LastBody(name, Ends::Until(share, end)) => {
                format!("只有 {name} 还有额度：剩余 {share}，到 {} 为止。", until(*end, reader))
            }
            Self::LastBody(name, Ends::Left(left)) => format!("只有 {name} 还有额度：{left}。"),
            Self::LastBody(name, Ends::Unknown) => format!("只有 {name} 可用。"),
            Self::OutWaits(end) => format!("Codex 会在 {} 自动继续。", at(*end, reader)),
            Self::OutBody(end, name) => {
                format!("{} {name} 重置后，Codex 可以继续。", at(*end, reader))
            }
            Self::BackBody(name, Some(left)) => format!("{name} 已重置，{left}。"),
            Self::BackBody(name, None) => format!("{name} 已可用。"),
            Self::SignIn(name) => format!("重新登录 {name}"),
            Self::SignInBody(why, 0) => (*why).to_owned(),
            Self::SignInBody(why, 1) => format!("{why}Codex 会用另一个配置继续工作。"),
            Self::SignInBody(why, others) => {
                format!("{why}Codex 会用其他 {others} 个配置继续工作。")
            }
            Self::Low(share) => format!("所有配置合计剩余 {share}"),
            Self::LowOutAt(end) => format!("照此速度，大约 {} 全部用完。", until(*end, reader)),
            Self::LowResets(end) => format!("下次重置：{}。", at(*end, reader)),
        }
    }
}

fn limit(limit: Limit) -> &'static str {
    match limit {
        Limit::FiveHours => " 5 小时额度",
        Limit::Week => "每周额度",
        Limit::Other => "额度",
    }
}

/// 例如“home 剩余 100%”。
fn has(name: &str, left: Option<&str>) -> String {
    match left {
        Some(left) => format!("{name} {left}"),
        None => format!("{name} 可用"),
    }
}

impl Chinese for NoticeWord {
    fn chinese(&self, _: Reader) -> String {
        let text = match self {
            Self::Last => "正在使用最后一个可用配置",
            Self::Out => "所有配置都已用完",
            Self::Back => "Codex 可以继续",
            Self::Unbound => "Codex 没有使用 Rotunda",
            Self::UnboundBody => "另一个程序改了 config.toml。",
            Self::Port => "Rotunda 无法启动路由器",
            Self::Test => "通知正常",
            Self::TestBody => "Codex 切换、停下或需要您处理时，Rotunda 会在这里告诉您。",
            Self::WindowBroke => "Rotunda 的窗口意外关闭",
            Self::WindowMissing => "Rotunda 的窗口没有打开",
            Self::WindowBody => "Codex 不受影响。请从托盘重新打开窗口。",
            Self::SignIn => "登录",
            Self::Bind => "重新绑定",
            Self::NoTray => {
                "这个桌面没有托盘，所以 Rotunda 改为打开窗口。关闭窗口会解除绑定 Codex 并退出 \
                 Rotunda。GNOME 安装 AppIndicator 扩展后即有托盘。"
            }
        };
        text.to_owned()
    }
}
