// What a program does with the package openai. The name of a story is the argument; `ok` is printed at its end.
import assert from "node:assert/strict";

import OpenAI from "openai";

const model = "gpt-test";
const client = new OpenAI();
const tool = {
  type: "function",
  name: "get_weather",
  description: "The weather of a city.",
  strict: true,
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
};

async function refusedWith(kind, ask, check) {
  await assert.rejects(ask, (error) => {
    assert.ok(error instanceof kind, `${error?.constructor?.name}: ${error}`);
    check(error);
    return true;
  });
}

const { type: _, ...toolFunction } = tool;
const chatTool = { type: "function", function: toolFunction };
const hi = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "hi" },
];
const complete = (messages, more) => client.chat.completions.create({ model, messages, ...more });

const stories = {
  async one_document() {
    const response = await client.responses.create({ model, input: "hi", temperature: 0.2, max_output_tokens: 100 });
    assert.equal(response.output_text, "hello there");
    assert.equal(response.usage.total_tokens, 13);
    const pending = client.responses.create({ model, input: "hi", temperature: 0.2 });
    const { response: raw } = await pending.withResponse();
    assert.equal(raw.headers.get("x-rotunda-left-out"), "temperature");
  },
  async streaming() {
    const kinds = [];
    let text = "";
    let last;
    for await (const event of await client.responses.create({ model, input: "hi", stream: true })) {
      kinds.push(event.type);
      if (event.type === "response.output_text.delta") text += event.delta;
      last = event;
    }
    assert.equal(text, "hello there");
    assert.equal(kinds[0], "response.created");
    assert.equal(last.type, "response.completed");
    assert.equal(last.response.output[0].content[0].text, "hello there");
  },
  async tools() {
    const input = [{ role: "user", content: "use the tool" }];
    const first = await client.responses.create({ model, input, tools: [tool] });
    const call = first.output.find((item) => item.type === "function_call");
    assert.equal(call.arguments, '{"city":"Paris"}');
    input.push(...first.output, { type: "function_call_output", call_id: call.call_id, output: "22 degrees" });
    const second = await client.responses.create({ model, input, tools: [tool] });
    assert.equal(second.output_text, "the tool says 22 degrees");
  },
  async images() {
    const url = `data:image/png;base64,${"A".repeat(200_000)}`;
    const content = [
      { type: "input_text", text: "what is this?" },
      { type: "input_image", image_url: url, detail: "auto" },
    ];
    const response = await client.responses.create({ model, input: [{ role: "user", content }] });
    assert.equal(response.output_text, `an image of ${url.length} characters`);
  },
  async structured_output() {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
      additionalProperties: false,
    };
    const format = { type: "json_schema", name: "person", strict: true, schema };
    const response = await client.responses.parse({ model, input: "who?", text: { format } });
    assert.deepEqual(JSON.parse(response.output_text), { name: "Ada", age: 36 });
  },
  async errors() {
    for (const [field, value] of [["store", true], ["background", true], ["previous_response_id", "resp_0"]]) {
      const ask = () => client.responses.create({ model, input: "hi", [field]: value });
      await refusedWith(OpenAI.BadRequestError, ask, (error) => {
        assert.equal(error.code, "unsupported_parameter");
        assert.equal(error.param, field);
      });
    }
    await refusedWith(
      OpenAI.BadRequestError,
      () => client.responses.create({ model, input: "refuse me" }),
      (error) => assert.equal(error.param, "tools[0]"),
    );
    await refusedWith(
      OpenAI.NotFoundError,
      () => client.responses.retrieve("resp_1"),
      (error) => assert.equal(error.code, "not_found"),
    );
  },
  async models() {
    const ids = [];
    for await (const one of client.models.list()) ids.push(one.id);
    assert.deepEqual(ids, [model, "gpt-other"]);
    assert.equal((await client.models.retrieve(model)).id, model);
  },
  async asynchronous() {
    const stream = client.responses.stream({ model, input: "hi" });
    const final = await stream.finalResponse();
    assert.equal(final.output_text, "hello there");
    const requests = Array.from({ length: 8 }, () => client.responses.create({ model, input: "hi" }));
    for (const answer of await Promise.all(requests)) assert.equal(answer.output_text, "hello there");
  },
  conversation: () => stories.tools(),
  async rate_limit() {
    await refusedWith(
      OpenAI.RateLimitError,
      () => client.responses.create({ model, input: "hi" }),
      (error) => {
        assert.equal(error.code, "rate_limit_exceeded");
        assert.ok(Number(error.headers.get("retry-after")) > 60);
      },
    );
  },
  async cancel() {
    const stream = await client.responses.create({ model, input: "hi", stream: true });
    for await (const event of stream) {
      if (event.type === "response.output_text.delta") break;
    }
    stream.controller.abort();
  },
  async revoked() {
    await refusedWith(
      OpenAI.AuthenticationError,
      () => client.responses.create({ model, input: "hi" }),
      (error) => assert.equal(error.code, "invalid_api_key"),
    );
  },
  async switched_off() {
    await refusedWith(
      OpenAI.PermissionDeniedError,
      () => client.responses.create({ model, input: "hi" }),
      (error) => assert.equal(error.code, "clients_switched_off"),
    );
  },
  async chat_document() {
    const completion = await complete(hi, { temperature: 0.2 });
    assert.equal(completion.choices[0].message.content, "hello there");
    assert.equal(completion.choices[0].finish_reason, "stop");
    assert.equal(completion.usage.total_tokens, 13);
  },
  async chat_streaming() {
    let text = "";
    let last;
    for await (const chunk of await complete(hi, { stream: true, stream_options: { include_usage: true } })) {
      text += chunk.choices[0]?.delta.content ?? "";
      last = chunk;
    }
    assert.equal(text, "hello there");
    assert.equal(last.usage.prompt_tokens, 9);
    const runner = client.chat.completions.stream({ model, messages: hi });
    assert.equal(await runner.finalContent(), "hello there");
  },
  async chat_tools() {
    const messages = [{ role: "user", content: "use the tool" }];
    const tools = [chatTool];
    const first = await complete(messages, { tools });
    assert.equal(first.choices[0].finish_reason, "tool_calls");
    const [call] = first.choices[0].message.tool_calls;
    assert.equal(call.function.arguments, '{"city":"Paris"}');
    messages.push(first.choices[0].message, { role: "tool", tool_call_id: call.id, content: "22 degrees" });
    const second = await complete(messages, { tools });
    assert.equal(second.choices[0].message.content, "the tool says 22 degrees");
    const runner = client.chat.completions.stream({ model, messages: messages.slice(0, 1), tools });
    const final = await runner.finalChatCompletion();
    assert.equal(final.choices[0].message.tool_calls[0].function.arguments, '{"city":"Paris"}');
  },
  async chat_images() {
    const url = `data:image/png;base64,${"A".repeat(200_000)}`;
    const content = [
      { type: "text", text: "what is this?" },
      { type: "image_url", image_url: { url } },
    ];
    const completion = await complete([{ role: "user", content }]);
    assert.equal(completion.choices[0].message.content, `an image of ${url.length} characters`);
  },
  async chat_structured_output() {
    const schema = {
      type: "object",
      properties: { name: { type: "string" }, age: { type: "integer" } },
      required: ["name", "age"],
      additionalProperties: false,
    };
    const response_format = { type: "json_schema", json_schema: { name: "person", strict: true, schema } };
    const messages = [{ role: "user", content: "who?" }];
    const completion = await client.chat.completions.parse({ model, messages, response_format });
    assert.deepEqual(completion.choices[0].message.parsed, { name: "Ada", age: 36 });
  },
  async chat_errors() {
    await refusedWith(
      OpenAI.BadRequestError,
      () => complete(hi, { n: 2 }),
      (error) => assert.equal(error.param, "n"),
    );
    await refusedWith(
      OpenAI.BadRequestError,
      () => complete([{ role: "user", content: "refuse me" }], { stream: true }),
      (error) => assert.equal(error.param, "tools[0]"),
    );
  },
  async chat_rate_limit() {
    await refusedWith(
      OpenAI.RateLimitError,
      () => complete(hi, {}),
      (error) => assert.ok(Number(error.headers.get("retry-after")) > 60),
    );
    await refusedWith(
      OpenAI.RateLimitError,
      () => complete(hi, { stream: true }),
      (error) => assert.equal(error.code, "rate_limit_exceeded"),
    );
  },
  async chat_cancel() {
    const stream = await complete(hi, { stream: true });
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) break;
    }
    stream.controller.abort();
  },
  async chat_switched_off() {
    await refusedWith(
      OpenAI.PermissionDeniedError,
      () => complete(hi, {}),
      (error) => assert.match(error.message, /clients\.chat/),
    );
  },
};

await stories[process.argv[2]]();
console.log("ok");
