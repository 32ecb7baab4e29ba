"""Another language, chosen in the window: all that a person sees speaks it at once, and the command line stays."""

import re

from app import DESKTOP, App, Parented
from checks import INVOKE, check, expect, notices, window_picture
from wait import until
from webdriver import Driver

HAN = re.compile(r"[\u4e00-\u9fff]")


def language_story(desk):
    app = App(desk)
    app.add("work")
    driver = Driver(desk, DESKTOP)
    app.process = Parented(driver)
    until("router", lambda: app.status()["router"]["state"] == "running")
    expect(app.cli("bind").returncode == 0, "bind failed")
    until("row", lambda: app.tray.has("Unbind Codex"))

    def spoken():
        driver.click("tab", "Settings")
        driver.pick("Language", "zh-CN")
        until("row", lambda: app.tray.has("解除绑定 Codex"))
        latin = [row.text for row in app.tray.rows() if not row.separator and not HAN.search(row.text)]
        expect(latin == [], latin)
        until("tab", lambda: driver.text("[role=tab][aria-selected=true]") == "设置")
        until("title", lambda: HAN.search(driver.text("h1")))
        expect(driver.text("h1") == app.tray.rows()[0].text, driver.text("h1"))
        window_picture(app, driver, "settings-zh")

    check("Chinese, chosen in the window, is spoken by window and menu at once", spoken)

    def earlier():
        driver.click("tab", "动态")
        until("line", lambda: "您绑定了 Codex：它的 config.toml 中有一行指向这里。" in driver.text("#panel"))
        expect("已添加 work。" in driver.text("#panel"), driver.text("#panel"))
        window_picture(app, driver, "activity-zh")

    check("earlier activity is shown in Chinese too", earlier)

    def notification_is_chinese():
        driver.click("tab", "设置")
        driver.click("button", "发送“Codex 可以继续”的测试")
        until("notification", lambda: notices(desk) == ["测试：Codex 可以继续"])

    check("a notification is Chinese", notification_is_chinese)

    def requested_in_a_shell():
        done = app.cli("test-notification")
        expect(done.returncode == 0, done.stderr)
        until("notification", lambda: sorted(notices(desk)) == ["测试：Codex 可以继续", "通知正常"])

    check("a shell without a window asks for one, too", requested_in_a_shell)

    def finds():
        driver.click("tab", "Codex")
        driver.click("button", "运行检查")
        wanted = f"路由器在 127.0.0.1:{desk.env['ROTUNDA_PORT']} 有响应。"
        until("findings", lambda: wanted in driver.text("#panel"))
        window_picture(app, driver, "check-zh")
        driver.click("tab", "设置")

    check("the findings of Check are in Chinese", finds)

    def refuses():
        arguments = {"id": app.status()["profiles"][0]["id"], "name": " "}
        answer = driver.run(INVOKE, "rename", arguments)
        expect(answer == {"error": "配置需要名称，请输入 1 到 40 个可见字符。"}, answer)

    check("a refusal in the window is Chinese", refuses)

    def follows():
        for command in [["status"], ["activity"], ["profiles"], ["doctor"]]:
            printed = app.cli(*command).stdout
            expect(HAN.search(printed), printed)
            printed = app.cli(*command, "--json").stdout
            expect(printed.strip() and not HAN.search(printed), printed)

    check("the command line prints Chinese, and its JSON English", follows)

    def asks():
        app.tray.click("退出 Rotunda")
        find = ["xdotool", "search", "--onlyvisible", "--name", "^退出 Rotunda"]
        question = until("question", lambda: desk.run(*find).stdout.split())[0]
        desk.picture("quit-zh")
        desk.run("xdotool", "windowactivate", "--sync", question)
        desk.run("xdotool", "key", "Escape")
        until("no question", lambda: desk.run(*find).stdout.split() == [])

    check("the question before the end is Chinese", asks)

    def back():
        driver.pick("语言", "system")
        until("row", lambda: app.tray.has("Unbind Codex"))
        left = [row.text for row in app.tray.rows() if HAN.search(row.text)]
        expect(left == [], left)
        until("tab", lambda: driver.text("[role=tab][aria-selected=true]") == "Settings")

    check("as the system, which speaks English here, is English again", back)
    driver.stop()
    app.quit()
    until("end", app.has_ended)
