"""What each version of Codex keeps of what we rely on: read from the output of the real-client tests, as one table.

contract.py WRITE VERSION=LOG...   prints the table; with WRITE `write` it also goes between the marks of docs/contract.md

A promise is kept by a version when every one of its tests passed there. What an older client itself does not keep stands
in contract-differences.toml with its reason: it is reported and counts as passed, as long as it shows. A test that failed and
is not written there counts as broken, and so does one that is written there and passed, and one that did not run: silence
proves nothing. The last line is `N passed, N failed`, a promise of a version each.
"""

import re
import sys
import tomllib
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/contract.md"
DIFFERENCES = Path(__file__).parent / "contract-differences.toml"
BEGIN, END = "<!-- last table: begin -->", "<!-- last table: end -->"
RESULT = re.compile(r"^test (\S+) \.\.\. (ok|FAILED)$", re.M)

PROMISES = [
    ("one line of `config.toml` binds, and unbinding leaves no trace", ["whole::binding_is_one_line_and_unbinding_puts_every_byte_back"]),
    ("turns and tool calls go through", ["whole::a_turn_and_a_tool_call_go_through", "rotation::a_tool_call_goes_through", "direct::a_tool_call_runs_and_its_output_comes_back"]),
    ("threads are the same before, bound and after", ["whole::the_same_threads_are_listed_before_bound_and_unbound", "whole::a_thread_made_before_binding_continues_through_the_router"]),
    ("every thread is listed and goes on before, bound and after", ["history::every_thread_is_listed_and_can_be_continued_in_every_state"]),
    ("prewarm and turn share a socket", ["direct::a_turn_completes_over_a_websocket", "rotation::a_turn_goes_through_over_a_websocket"]),
    ("426 is a silent change to HTTP", ["direct::a_turn_completes_over_http_when_the_upgrade_gets_a_426", "rotation::an_upstream_without_sockets_goes_unnoticed"]),
    ("409 `stale_continuation` is healed without a word", ["direct::codex_recovers_from_a_stale_continuation_without_a_message"]),
    ("a quota goes unnoticed, wherever it is met", ["rotation::a_quota_on_the_first_request_goes_unnoticed", "rotation::a_quota_on_the_prewarm_goes_unnoticed", "rotation::a_quota_in_the_middle_of_a_turn_goes_unnoticed", "rotation::a_quota_between_two_turns_of_a_thread_goes_unnoticed"]),
    ("429 `usage_limit_reached` reads as the limit", ["direct::a_quota_error_ends_the_turn_with_its_sentence", "rotation::when_all_are_out_the_user_reads_when_the_first_is_back"]),
    ("a turn can be held until the reset", ["rotation::a_turn_is_held_until_the_reset"]),
    ("the client's own sign-in is spared", ["rotation::a_spent_refresh_token_moves_the_turn_and_keeps_the_sign_in_of_the_client", "rotation::a_refused_token_is_refreshed_unnoticed"]),
    ("bursts and overload cost no turn", ["rotation::a_burst_costs_a_moment_and_not_the_turn", "rotation::an_overloaded_upstream_goes_unnoticed"]),
    ("a lost connection doubles nothing", ["rotation::a_connection_lost_before_the_answer_goes_unnoticed", "rotation::a_cut_after_output_doubles_nothing_that_is_single_without_us"]),
    ("a dead router is waited for", ["whole::a_turn_survives_a_router_that_is_killed_and_comes_back"]),
    ("compaction goes through and on", ["rotation::a_compaction_completes_and_the_thread_continues", "rotation::a_compaction_that_hits_a_quota_moves_on_too"]),
    ("sub-agents share their session", ["rotation::sub_agents_share_their_session_s_profile"]),
    ("`codex doctor` is content", ["rotation::the_client_s_doctor_is_content_with_the_router", "whole::the_client_s_doctor_is_content"]),
    ("`app-server` makes a test turn and tells how it failed", ["check::a_test_turn_completes_on_its_profile", "check::a_profile_out_of_quota_is_reported", "check::a_burst_that_does_not_end_is_reported", "check::a_lost_sign_in_is_reported", "check::an_error_before_any_output_is_an_answer", "check::an_error_inside_a_stream_is_a_broken_stream", "check::a_busy_or_unreachable_service_is_reported", "check::a_refused_tool_is_reported", "check::an_answer_without_anything_in_it_is_no_result", "check::silence_is_a_timeout", "check::a_wrapper_that_writes_to_stdout_is_reported", "check::a_codex_that_cannot_start_is_reported", "check::a_credential_that_is_gone_blocks", "check::it_stops_at_any_moment", "check::a_broken_stream_that_was_retried_is_a_note"]),
    ("`app-server` shortens a thread and opens it in another process", ["check::a_deep_test_completes_in_two_processes", "check::a_service_that_cannot_compact_is_reported", "check::a_thread_that_cannot_be_resumed_is_reported"]),
    ("an unknown 4xx of one account costs no turn", ["promises::an_unknown_refusal_of_one_account_costs_nothing"]),
    ("a model is served by a profile that offers it", ["promises::a_model_is_served_by_the_profile_that_offers_it"]),
    ("paths of newer features are forwarded (`live`, `alpha/notes`)", ["promises::paths_of_newer_features_are_forwarded_with_a_profile"]),
    ("`gpt-reserve` is served by the account that was offered it", ["usage::the_reserve_is_served_by_the_account_that_was_offered_it", "usage::a_turn_is_served_while_the_account_of_the_client_is_out"]),
    ("the pool's usage is read", ["usage::the_pool_s_usage_is_read_by_the_client"]),
    ("sign-ins of Codex are imported", ["sign_in::codex_login_with_a_code_is_imported", "sign_in::a_browser_sign_in_of_the_desktop_app_is_imported"]),
]  # fmt: skip


# Other tests of the real client: a failure there breaks no promise and is still reported.
REST = "all else that is asked of it"


def results_of(log):
    return dict(RESULT.findall(log))


def differences_of(text):
    """What is written down, each complete; an entry that lacks a part is refused."""
    found = tomllib.loads(text).get("difference", [])
    for difference in found:
        if not all(difference.get(key, "").strip() for key in ("test", "through", "reason")):
            raise SystemExit(f"contract-differences.toml: an entry lacks its test, its newest version or its reason: {difference}")
    return found


def number_of(version):
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def written_down(version, differences):
    """The tests that this version is known to fail."""
    spans = ((one["test"], number_of(one.get("from", "0")), number_of(one["through"])) for one in differences)
    return {test for test, oldest, newest in spans if oldest <= number_of(version) <= newest}


def cell(tests, results, known):
    """`kept`, what is known of this client, or which tests say otherwise."""
    failed = [test for test in tests if results.get(test) == "FAILED"]
    if unknown := [test for test in failed if test not in known]:
        return "**broken**: " + ", ".join(f"`{test.split('::')[1]}`" for test in unknown)
    if any(test not in results for test in tests):
        return "not run"
    if gone := [test for test in tests if test in known and test not in failed]:
        return "**kept, though written down as a difference**: " + ", ".join(f"`{test.split('::')[1]}`" for test in gone)
    return "not kept by this client" if failed else "kept"


def rest_of(results):
    """Tests that belong to no promise: every one that ran."""
    named = {test for _, tests in PROMISES for test in tests}
    return [test for test in results if test not in named]


def table_of(runs, differences=()):
    """`runs`: results by version, in order. The table with its reasons, and how many cells are good and not."""
    known = {version: written_down(version, differences) for version in runs}
    rows = [[promise, *(cell(tests, runs[version], known[version]) for version in runs)] for promise, tests in PROMISES]
    rows.append([REST, *(cell(rest_of(runs[version]), runs[version], known[version]) for version in runs)])
    cells = [cell for row in rows for cell in row[1:]]
    good = cells.count("kept") + cells.count("not kept by this client")
    head = ["promise", *runs]
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines + reasons_of(runs, differences)), good, len(cells) - good


def reasons_of(runs, differences):
    """One line for each reason, with the versions and tests it is about."""
    tests = {}
    for difference in differences:
        shown = tuple(version for version in runs if written_down(version, [difference]))
        if shown:
            tests.setdefault((shown, difference["reason"]), []).append(difference["test"].split("::")[1])
    lines = [
        f"- Not kept by {' and '.join(shown)}: {reason} ({', '.join(f'`{test}`' for test in names)})."
        for (shown, reason), names in tests.items()
    ]
    return ["", *lines] if lines else []


def put(document, table):
    before, found, rest = document.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (found and ends):
        raise SystemExit("docs/contract.md has lost the marks of the table")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main(wish, *runs):
    runs = dict(run.split("=", 1) for run in runs)
    runs = {version: results_of(Path(log).read_text(encoding="utf-8")) for version, log in runs.items()}
    differences = differences_of(DIFFERENCES.read_text(encoding="utf-8"))
    table, kept, broken = table_of(runs, differences)
    print(table)
    if wish == "write":
        DOCUMENT.write_text(put(DOCUMENT.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(f"{kept} passed, {broken} failed")
    return 0 if broken == 0 and kept else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
