//! The markers of the log as one Markdown page.

use std::fmt::Write;

use rotunda_core::trace::{Loudness, Marker};

const HEAD: &str = "\
# Log

Made from the program's own list by `bash installers/commands.sh`; a test compares the two.

`rotunda doctor` and `rotunda paths` say where the log is: `rotunda.log` in a folder of its own, at most
five files of two megabytes. It holds no keys, no addresses and nothing of what was asked or answered.
`ROTUNDA_LOG` is `off`, `error`, `warn`, `info` (which is the default), `debug` or `trace`.

What happens to requests is written with a marker, a fixed word that does not change between versions:

```text
2026-11-21T05:00:00.000000Z  INFO rotunda_router::trace: marker=\"rotation\" request=12 profile=3 route=\"responses\" reason=\"five_hours\" from=1 until=1795254600
```

`request` counts from the start of the router, `profile` and `from` are the ids that `rotunda profiles --json`
shows, `until` is a time in seconds since 1970. What happens outside of a request has no `request` and no
`route`. `rotunda activity --request 12` shows the steps of one request by the same words, and
`rotunda activity --request` lists the latest 128.

| marker | level | |
|---|---|---|
";

/// The page.
pub(super) fn page() -> String {
    let mut page = HEAD.to_owned();
    for marker in Marker::ALL {
        let level = match marker.loudness() {
            Loudness::Detail => "debug",
            Loudness::Notable => "info",
            Loudness::Defect => "error",
        };
        let _ = writeln!(page, "| `{}` | {level} | {}. |", marker.name(), marker.meaning());
    }
    page
}
