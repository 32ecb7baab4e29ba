"""What each version of Codex keeps of what we rely on: read from the output of the real-client tests, as one table.

contract.py WRITE VERSION=LOG...   prints the table; with WRITE `write` it also goes between the marks of docs/contract.md

A promise is kept by a version when every one of its tests passed there. A test that did not run is told, and counts as
broken: silence proves nothing. The last line is `N passed, N failed`, a promise of a version each.
"""

import re
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/contract.md"
BEGIN, END = "<!-- last table: begin -->", "<!-- last table: end -->"
RESULT = re.compile(r"^test (\S+) \.\.\. (ok|FAILED)$", re.M)

PROMISES = [
    ("one line of `config.toml` binds, and unbinding leaves no trace", ["whole::binding_is_one_line_and_unbinding_puts_every_byte_back"]),
    ("turns and tool calls go through", ["whole::a_turn_and_a_tool_call_go_through", "rotation::a_tool_call_goes_through"]),
    ("threads are the same before, bound and after", ["whole::the_same_threads_are_listed_before_bound_and_unbound", "whole::a_thread_made_before_binding_goes_on_through_the_router"]),
    ("prewarm and turn share a socket", ["direct::a_turn_completes_over_a_websocket", "rotation::a_turn_goes_through_over_a_websocket"]),
    ("426 is a silent change to HTTP", ["direct::a_turn_completes_over_http_when_the_upgrade_gets_a_426", "rotation::an_upstream_without_sockets_goes_unnoticed"]),
    ("409 `stale_continuation` is healed without a word", ["direct::a_stale_continuation_is_healed_without_a_word"]),
    ("a quota goes unnoticed, wherever it is met", ["rotation::a_quota_on_the_first_request_goes_unnoticed", "rotation::a_quota_on_the_prewarm_goes_unnoticed", "rotation::a_quota_in_the_middle_of_a_turn_goes_unnoticed", "rotation::a_quota_between_two_turns_of_a_thread_goes_unnoticed"]),
    ("429 `usage_limit_reached` reads as the limit", ["direct::a_quota_error_ends_the_turn_with_its_sentence", "rotation::when_all_are_out_the_user_reads_when_the_first_is_back"]),
    ("a turn can be held until the reset", ["rotation::a_turn_is_held_until_the_reset"]),
    ("the client's own sign-in is spared", ["rotation::a_spent_refresh_token_moves_the_turn_and_spares_the_client_s_own", "rotation::a_refused_token_is_refreshed_unnoticed"]),
    ("bursts and overload cost no turn", ["rotation::a_burst_costs_a_moment_and_not_the_turn", "rotation::an_overloaded_upstream_goes_unnoticed"]),
    ("a lost connection doubles nothing", ["rotation::a_connection_lost_before_the_answer_goes_unnoticed", "rotation::a_cut_after_output_doubles_nothing_that_is_single_without_us"]),
    ("a dead router is waited for", ["whole::a_turn_survives_a_router_that_is_killed_and_comes_back"]),
    ("compaction goes through and on", ["rotation::a_compaction_goes_through_and_the_thread_goes_on", "rotation::a_compaction_that_hits_a_quota_moves_on_too"]),
    ("sub-agents share their session", ["rotation::sub_agents_share_their_session_s_profile"]),
    ("`codex doctor` is content", ["rotation::the_client_s_doctor_is_content_with_the_router"]),
    ("`app-server` makes a test turn and tells how it failed", ["check::a_test_turn_completes_on_its_profile", "check::a_profile_that_is_out_is_told_so", "check::a_sign_in_that_is_gone_is_told_so", "check::server_errors_before_and_inside_a_stream_are_told_apart", "check::a_broken_stream_that_was_retried_is_a_note"]),
]  # fmt: skip


def results_of(log):
    return dict(RESULT.findall(log))


def cell(tests, results):
    """`kept`, or which tests say otherwise."""
    failed = [test for test in tests if results.get(test) == "FAILED"]
    unrun = [test for test in tests if test not in results]
    if failed:
        return "**broken**: " + ", ".join(f"`{test.split('::')[1]}`" for test in failed)
    return "not run" if unrun else "kept"


def table_of(runs):
    """`runs`: results by version, in order. The rows, and how many cells are kept and not."""
    head = ["promise", *runs]
    rows = [[promise, *(cell(tests, results) for results in runs.values())] for promise, tests in PROMISES]
    kept = sum(row[1:].count("kept") for row in rows)
    lines = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows)]
    return "\n".join(lines), kept, len(PROMISES) * len(runs) - kept


def put(document, table):
    before, found, rest = document.partition(BEGIN)
    _, ends, after = rest.partition(END)
    if not (found and ends):
        raise SystemExit("docs/contract.md has lost the marks of the table")
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{after}"


def main(wish, *runs):
    runs = dict(run.split("=", 1) for run in runs)
    runs = {version: results_of(Path(log).read_text(encoding="utf-8")) for version, log in runs.items()}
    table, kept, broken = table_of(runs)
    print(table)
    if wish == "write":
        DOCUMENT.write_text(put(DOCUMENT.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(f"{kept} passed, {broken} failed")
    return 0 if broken == 0 and kept else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
