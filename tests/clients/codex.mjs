// A turn of Codex by its SDK, with the key of a client: the name of the story is not used.
import assert from "node:assert/strict";

import { Codex } from "@openai/codex-sdk";

const codex = new Codex({
  codexPathOverride: process.env.ROTUNDA_CODEX,
  baseUrl: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
});
const thread = codex.startThread({ skipGitRepoCheck: true, sandboxMode: "danger-full-access", approvalPolicy: "never" });
const turn = await thread.run("use the tool");
assert.equal(turn.finalResponse, "done with the tool");
const again = await thread.run("and once more");
assert.equal(again.finalResponse, "done with the tool");
console.log("ok");
