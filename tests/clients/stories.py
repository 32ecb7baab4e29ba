"""What a program does with the package openai. The name of a story is the argument; `ok` is printed at its end."""

import asyncio
import sys

import openai
from openai import AsyncOpenAI, OpenAI
from pydantic import BaseModel

MODEL = "gpt-test"
TOOL = {
    "type": "function",
    "name": "get_weather",
    "description": "The weather of a city.",
    "strict": True,
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
client = OpenAI()


class Person(BaseModel):
    name: str
    age: int


def one_document():
    response = client.responses.create(model=MODEL, input="hi", temperature=0.2, max_output_tokens=100)
    assert response.output_text == "hello there", response
    assert response.status == "completed"
    assert response.usage.total_tokens == 13
    raw = client.responses.with_raw_response.create(model=MODEL, input="hi", temperature=0.2)
    assert raw.headers["x-rotunda-left-out"] == "temperature", raw.headers


def streaming():
    kinds, text = [], ""
    for event in client.responses.create(model=MODEL, input="hi", stream=True):
        kinds.append(event.type)
        if event.type == "response.output_text.delta":
            text += event.delta
    assert text == "hello there", kinds
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed", kinds
    assert event.response.output_text == "hello there", event


def stream_helper():
    with client.responses.stream(model=MODEL, input="hi") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text == "hello there", final


def tools():
    conversation = [{"role": "user", "content": "use the tool"}]
    first = client.responses.create(model=MODEL, input=conversation, tools=[TOOL])
    call = next(item for item in first.output if item.type == "function_call")
    assert (call.name, call.arguments) == ("get_weather", '{"city":"Paris"}'), call
    conversation += first.output
    conversation.append({"type": "function_call_output", "call_id": call.call_id, "output": "22 degrees"})
    second = client.responses.create(model=MODEL, input=conversation, tools=[TOOL])
    assert second.output_text == "the tool says 22 degrees", second
    with client.responses.stream(model=MODEL, input="use the tool", tools=[TOOL]) as stream:
        kinds = [event.type for event in stream]
    assert "response.function_call_arguments.done" in kinds, kinds


def images():
    url = "data:image/png;base64," + "A" * 200_000
    content = [{"type": "input_text", "text": "what is this?"}, {"type": "input_image", "image_url": url}]
    response = client.responses.create(model=MODEL, input=[{"role": "user", "content": content}])
    assert response.output_text == f"an image of {len(url)} characters", response
    content[1] = {"type": "input_image", "file_id": "file-1"}
    try:
        client.responses.create(model=MODEL, input=[{"role": "user", "content": content}])
    except openai.BadRequestError as error:
        assert error.param == "input", error
    else:
        raise AssertionError("a file that was uploaded was taken")


def structured_output():
    response = client.responses.parse(model=MODEL, input="who?", text_format=Person)
    assert response.output_parsed == Person(name="Ada", age=36), response


def errors():
    for arguments in ({"store": True}, {"background": True}, {"previous_response_id": "resp_0"}):
        try:
            client.responses.create(model=MODEL, input="hi", **arguments)
        except openai.BadRequestError as error:
            assert error.code == "unsupported_parameter", error
            assert error.param == next(iter(arguments)), error
            assert "The backend of a ChatGPT plan" in str(error), error
        else:
            raise AssertionError(arguments)
    try:
        client.responses.create(model=MODEL, input="refuse me")
    except openai.BadRequestError as error:
        assert (error.code, error.param) == ("invalid_value", "tools[0]"), error
    else:
        raise AssertionError("a refusal was not passed on")
    for ask in (
        lambda: client.responses.retrieve("resp_1"),
        lambda: client.embeddings.create(model=MODEL, input="hi"),
        lambda: client.files.list(),
    ):
        try:
            ask()
        except openai.NotFoundError as error:
            assert error.code == "not_found", error
        else:
            raise AssertionError("there is nothing there")


def models():
    assert [model.id for model in client.models.list()] == [MODEL, "gpt-other"]
    assert client.models.retrieve(MODEL).id == MODEL
    try:
        client.models.retrieve("nothing")
    except openai.NotFoundError as error:
        assert error.code == "model_not_found", error
    else:
        raise AssertionError("a model that is none was found")


def asynchronous():
    stream_helper()

    async def several():
        own = AsyncOpenAI()
        answers = await asyncio.gather(*(own.responses.create(model=MODEL, input="hi") for _ in range(8)))
        return [answer.output_text for answer in answers]

    assert asyncio.run(several()) == ["hello there"] * 8


def conversation():
    tools()


def rate_limit():
    for stream in (False, True):
        try:
            client.responses.create(model=MODEL, input="hi", stream=stream)
        except openai.RateLimitError as error:
            assert error.code == "rate_limit_exceeded", error
            assert int(error.response.headers["retry-after"]) > 60, error.response.headers
        else:
            raise AssertionError("a pool without quota answered")


def cancel():
    stream = client.responses.create(model=MODEL, input="hi", stream=True)
    for event in stream:
        if event.type == "response.output_text.delta":
            break
    stream.close()


def revoked():
    try:
        client.responses.create(model=MODEL, input="hi")
    except openai.AuthenticationError as error:
        assert error.code == "invalid_api_key", error
    else:
        raise AssertionError("a revoked key opens")


def switched_off():
    try:
        client.responses.create(model=MODEL, input="hi")
    except openai.PermissionDeniedError as error:
        assert error.code == "clients_switched_off", error
    else:
        raise AssertionError("a client that is switched off was served")


def complete(messages, **arguments):
    return client.chat.completions.create(model=MODEL, messages=messages, **arguments)


CHAT_TOOL = {"type": "function", "function": {key: value for key, value in TOOL.items() if key != "type"}}
HI = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "hi"}]


def chat_document():
    completion = complete(HI, temperature=0.2)
    assert completion.choices[0].message.content == "hello there", completion
    assert completion.choices[0].finish_reason == "stop", completion
    assert completion.usage.total_tokens == 13, completion
    assert completion.model == MODEL and completion.id.startswith("chatcmpl-"), completion
    raw = client.chat.completions.with_raw_response.create(model=MODEL, messages=HI, temperature=0.2)
    assert raw.headers["x-rotunda-left-out"] == "temperature", raw.headers


def chat_streaming():
    text, usage, reasons = "", None, []
    for chunk in complete(HI, stream=True, stream_options={"include_usage": True}):
        usage = chunk.usage or usage
        for choice in chunk.choices:
            text += choice.delta.content or ""
            reasons.append(choice.finish_reason)
    assert text == "hello there", text
    assert reasons[-1] == "stop" and not any(reasons[:-1]), reasons
    assert usage.prompt_tokens == 9, usage
    with client.chat.completions.stream(model=MODEL, messages=HI) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.content == "hello there", final


def chat_tools():
    messages = [{"role": "user", "content": "use the tool"}]
    first = complete(messages, tools=[CHAT_TOOL])
    assert first.choices[0].finish_reason == "tool_calls", first
    call = first.choices[0].message.tool_calls[0]
    assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"Paris"}'), call
    messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "22 degrees"}]
    second = complete(messages, tools=[CHAT_TOOL])
    assert second.choices[0].message.content == "the tool says 22 degrees", second
    with client.chat.completions.stream(model=MODEL, messages=messages[:1], tools=[CHAT_TOOL]) as stream:
        final = stream.get_final_completion()
    assert final.choices[0].message.tool_calls[0].function.arguments == '{"city":"Paris"}', final


def chat_images():
    url = "data:image/png;base64," + "A" * 200_000
    content = [{"type": "text", "text": "what is this?"}, {"type": "image_url", "image_url": {"url": url}}]
    completion = complete([{"role": "user", "content": content}])
    assert completion.choices[0].message.content == f"an image of {len(url)} characters", completion


def chat_structured_output():
    completion = client.chat.completions.parse(
        model=MODEL, messages=[{"role": "user", "content": "who?"}], response_format=Person
    )
    assert completion.choices[0].message.parsed == Person(name="Ada", age=36), completion


def chat_errors():
    for expected, arguments in (
        (("unsupported_parameter", "n"), {"n": 2}),
        (("unsupported_parameter", "logprobs"), {"logprobs": True}),
    ):
        try:
            complete(HI, **arguments)
        except openai.BadRequestError as error:
            assert (error.code, error.param) == expected, error
        else:
            raise AssertionError(arguments)
    try:
        complete([{"role": "user", "content": "refuse me"}], stream=True)
    except openai.BadRequestError as error:
        assert error.param == "tools[0]", error
    else:
        raise AssertionError("a refusal was not passed on")


def chat_rate_limit():
    for stream in (False, True):
        try:
            complete(HI, stream=stream)
        except openai.RateLimitError as error:
            assert error.code == "rate_limit_exceeded", error
            assert int(error.response.headers["retry-after"]) > 60, error.response.headers
        else:
            raise AssertionError("a pool without quota answered")


def chat_cancel():
    stream = complete(HI, stream=True)
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            break
    stream.close()


def chat_switched_off():
    try:
        complete(HI)
    except openai.PermissionDeniedError as error:
        assert error.code == "clients_switched_off" and "clients.chat" in str(error), error
    else:
        raise AssertionError("a form that is switched off was served")


globals()[sys.argv[1]]()
print("ok")
