//! 动态。

use super::super::{
    Cause, Chinese, Chose, Outside, Place, Pointed, Reader, Signed, Stood, Went, told::time,
};
use crate::format;

impl Chinese for Went {
    fn chinese(&self, reader: Reader) -> String {
        let at = |seconds: &i64| format::at(time(*seconds), reader);
        match self {
            Self::Rotated { from, to, cause, until } => {
                let (from, to, cause) = (name(from), name(to), self::cause(*cause));
                let end = until.map_or_else(String::new, |it| format!("，{} 恢复", at(&it)));
                format!("从 {from} 换到 {to}：{from} {cause}{end}。")
            }
            Self::Reordered { from, to } => {
                let (from, to) = (name(from), name(to));
                format!("从 {from} 换到 {to}：现在按顺序 {to} 排在最前，{from} 仍然可用。")
            }
            Self::Rested { profile, cause, until } => {
                let (until, cause) = (format::until(time(*until), reader), self::cause(*cause));
                format!("{} {cause}，休息到 {until}。", name(profile))
            }
            Self::LimitReached { profile, limit, until } => {
                let until = format::until(time(*until), reader);
                let name = name(profile);
                format!("{name} 的限额 {limit} 已用完，{until} 恢复。它的其他模型照常使用。")
            }
            Self::LimitReset { profile, limit } => {
                format!("{} 的限额 {limit} 又有额度了。", name(profile))
            }
            Self::Recovered { profile } => format!("{} 重新可用。", name(profile)),
            Self::ChainLost { profile: None } => {
                "上游不再记得一个对话，已让 Codex 完整重发。没有丢失任何内容。".to_owned()
            }
            Self::ChainLost { profile: Some(profile) } => format!(
                "上游不再记得 {} 的一个对话，已让 Codex 完整重发。没有丢失任何内容。",
                name(profile)
            ),
            Self::Exhausted { until: Some(until) } => {
                format!("所有配置都已用完。Codex 可在 {} 继续。", at(until))
            }
            Self::Exhausted { until: None } => {
                "没有配置能为 Codex 服务，也没有会自动恢复的：请重新登录其中一个，或恢复已暂停的。"
                    .to_owned()
            }
            Self::Waiting { until } => {
                format!("所有配置都已用完，一个请求正在等待，{} 继续。", at(until))
            }
            Self::Failed { profile, attempts, status } => {
                let whom = profile.as_ref().map(|profile| format!("{} 的", name(profile)));
                let (whom, tries) = (whom.unwrap_or_default(), (*attempts).max(1));
                format!(
                    "{whom}一个请求在尝试 {tries} 次后失败：已向 Codex 返回 {status}，它会自动重试。"
                )
            }
        }
    }
}

fn name(profile: &str) -> &str {
    if profile.is_empty() { "已移除的配置" } else { profile }
}

/// 跟在配置名称之后。
fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::FiveHours => "的 5 小时额度已用完",
        Cause::Week => "的每周额度已用完",
        Cause::Limit => "的额度已用完",
        Cause::Trouble => "在上游出了故障",
    }
}

impl Chinese for Signed {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Refreshed { profile } => {
                format!("{} 的登录即将过期，已续期。", name(profile))
            }
            Self::Adopted { profile } => format!(
                "Codex 已为 {} 的登录续期，Rotunda 接过了它：两者共用一个登录。",
                name(profile)
            ),
            Self::HandedOver { profile } => {
                format!("已把 {} 续期后的登录交给 Codex：两者共用一个登录。", name(profile))
            }
            Self::NeedsSignIn { profile, code } => {
                let why = match code.as_str() {
                    "refresh_token_expired" => "登录已过期",
                    "refresh_token_reused" => "另一个程序为同一登录续期，使这个登录失效",
                    "refresh_token_invalidated" => "登录已被撤销",
                    _ => "OpenAI 两次拒绝了它",
                };
                format!("{} 需要重新登录：{why}。在此之前不会使用它。", name(profile))
            }
            Self::NotEntitled { profile } => {
                format!("不再使用 {}：OpenAI 表示它的套餐不含 Codex。", name(profile))
            }
            Self::Interrupted { profile } => format!(
                "Rotunda 在为 {profile} 的登录续期时被终止。如果 OpenAI 之后拒绝它，请运行 \
                 `rotunda login --profile {profile}`。"
            ),
        }
    }
}

impl Chinese for Chose {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Chosen { profile } => format!("您选择了 {}：新对话使用它。", name(profile)),
            Self::Pinned { profile } => {
                format!("您选择固定使用 {profile}：在您取消之前不会轮换。")
            }
            Self::Unpinned => "您让 Rotunda 重新轮换。".to_owned(),
            Self::Paused { profile } => {
                format!("您暂停了 {profile}：在您恢复它之前不会使用它。")
            }
            Self::Resumed { profile } => format!("您恢复了 {profile}。"),
            Self::Reserved { profile, percent } => {
                format!("您为 {profile} 保留 {percent:.0}%。")
            }
            Self::ReservedAsAll { profile } => {
                format!("{profile} 的保留额度与所有配置相同。")
            }
            Self::WaitEnded => "您停止了等待重置的请求。".to_owned(),
            Self::Added { profile } => format!("已添加 {profile}。"),
            Self::SignedIn { profile } => format!("{profile} 已重新登录，现在可用。"),
            Self::Removed { profile } => format!("已移除 {profile}：它的登录已删除。"),
            Self::Renamed { from, to } => format!("您把 {from} 重命名为 {to}。"),
            Self::VaultMoved { count, to } => format!("已把 {count} 个登录移到{}。", place(*to)),
        }
    }
}

fn place(place: Place) -> &'static str {
    match place {
        Place::Keychain => "钥匙串",
        Place::File => "私有文件",
    }
}

impl Chinese for Pointed {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Bound { new_key: false } => {
                "您绑定了 Codex：它的 config.toml 中有一行指向这里。".to_owned()
            }
            Self::Bound { new_key: true } => {
                "您用新密钥绑定了 Codex：它的 config.toml 中有一行指向这里。".to_owned()
            }
            Self::Unbound => "您解除了 Codex 的绑定：config.toml 已恢复原样。".to_owned(),
            Self::UnboundAtEnd => {
                "Rotunda 已退出，所以解除了 Codex 的绑定：config.toml 已恢复原样。".to_owned()
            }
            Self::UnboundUnmendable => {
                "为了让 Codex 继续工作，已解除绑定：那一行指向 Rotunda 之前的一次运行，无法更新。"
                    .to_owned()
            }
            Self::UnboundElsewhere { folder } => {
                format!("已解除 {folder} 中 Codex 的绑定：Rotunda 这次为另一个 Codex 文件夹启动。")
            }
            Self::StillBoundElsewhere { folder, error } => {
                format!("{folder} 中的 Codex 仍然绑定着，无法解除：{error}。")
            }
            Self::LeftAsIs => "您让 config.toml 保持不变：Codex 未绑定。".to_owned(),
            Self::Restored { kept } => {
                let kept = kept.as_ref().map(|name| format!("被替换的内容保存为 {name}。"));
                let kept = kept.unwrap_or_default();
                format!("您把 config.toml 恢复成绑定之前的样子。{kept}")
            }
            Self::Healed => "Codex 还指向 Rotunda 之前的一次运行：那一行已更新。".to_owned(),
            Self::SaveKept { copy } => {
                format!("Rotunda 被终止时 config.toml 正在保存：那份内容保存为 {copy}。")
            }
        }
    }
}

impl Chinese for Outside {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::OtherServes { port } => format!(
                "Codex 指向端口 {port} 上另一个正在运行的 Rotunda，已保持不变。重新绑定即可让它指向这里。"
            ),
            Self::PointsElsewhere { url, holder } => {
                let holder = holder.as_ref().map(|it| format!("在那里监听的是 {it}。"));
                let holder = holder.unwrap_or_default();
                format!(
                    "其他程序改了 config.toml。Codex 指向 {url}。请重新绑定，或保持不变。{holder}"
                )
            }
            Self::LineTakenOut => {
                "其他程序从 config.toml 中删除了 Rotunda 的那一行：Codex 使用自己的登录。\
                 请重新绑定，或保持不变。"
                    .to_owned()
            }
            Self::MadeUnreadable { line, error } => {
                let line = line.map_or_else(String::new, |line| format!("第 {line} 行："));
                format!(
                    "其他程序改了 config.toml，现在无法读取。{line}{error}。修好之前 Rotunda 不会动它。"
                )
            }
            Self::OtherProvider { provider } => format!(
                "其他程序让 config.toml 使用提供方“{provider}”：Codex 不会经过这里。\
                 请重新绑定并切换，或保持不变。"
            ),
        }
    }
}

impl Chinese for Stood {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::VaultUnreadable { error } => {
                format!("无法读取登录：{error}。问题解决后 Codex 会继续。")
            }
            Self::VaultReadable => "又可以读取登录了。".to_owned(),
            Self::PortTaken { port, holder, unbound } => {
                let by = holder.as_deref().unwrap_or("另一个程序");
                let codex =
                    if *unbound { "为了让 Codex 继续工作，已解除绑定。" } else { "" };
                format!(
                    "端口 {port} 被 {by} 占用。{codex}请结束那个程序，或在 settings.toml 中换一个端口。"
                )
            }
            Self::NotStarted { reason } => reason.clone(),
            Self::SettingsUnreadable { error } => {
                format!("设置文件无法使用，设置保持不变：{error}")
            }
        }
    }
}
