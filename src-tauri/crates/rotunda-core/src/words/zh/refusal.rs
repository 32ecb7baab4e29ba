//! 应用为何没有照做。

use super::super::{Chinese, Reader, Refusal};

impl Chinese for Refusal {
    fn chinese(&self, _: Reader) -> String {
        match self {
            Self::Unknown(name) => format!("Rotunda 无法这样执行 {name:?}。没有更改任何内容。"),
            Self::NoProfile => "没有这个配置。没有更改任何内容。".to_owned(),
            Self::NoPlace => "登录保存在钥匙串或文件中。没有移动任何内容。".to_owned(),
            Self::LoginSwitch => "“登录系统时启动”只能打开或关闭。没有更改任何内容。".to_owned(),
            Self::LoginKept(error) => format!("没有更改“登录系统时启动”：{error}。"),
            Self::LoginSpace(path) => format!(
                "没有更改“登录系统时启动”：路径 {path} 含有空格，登录项不支持空格。\
                 请把 Rotunda 移到不含空格的文件夹。"
            ),
            Self::Settings(error) => format!("没有更改任何内容：{error}。"),
            Self::Answer(error) => format!("无法显示回答：{error}。"),
        }
    }
}
