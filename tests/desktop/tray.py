"""The tray icon and its menu, as the desktop's own tray host sees them over D-Bus."""

import json

from wait import until

WATCHER = ["org.kde.StatusNotifierWatcher", "/StatusNotifierWatcher", "org.kde.StatusNotifierWatcher"]
ITEM = "org.kde.StatusNotifierItem"
MENU = "com.canonical.dbusmenu"


class Row:
    """One row of the menu."""

    def __init__(self, number, properties):
        value = {name: variant["data"] for name, variant in properties.items()}
        self.number = number
        # One underscore marks a mnemonic, two are an underscore.
        self.text = value.get("label", "").replace("__", "\0").replace("_", "").replace("\0", "_")
        self.checked = value.get("toggle-state") == 1
        self.enabled = value.get("enabled", True)
        self.separator = value.get("type") == "separator"

    def __repr__(self):
        return "--" if self.separator else f"{'✓' if self.checked else ' '} {self.text}"


class Tray:
    def __init__(self, desk):
        self.desk = desk

    def item(self):
        """Bus name and path of our icon, or none."""
        registered = self._data("get-property", *WATCHER, "RegisteredStatusNotifierItems")
        for entry in registered:
            name, slash, path = entry.partition("/")
            place = (name, slash + path if slash else "/StatusNotifierItem")
            if self._data("get-property", *place, ITEM, "Id") == "rotunda":
                return place
        return None

    def property(self, name):
        return self._data("get-property", *self.item(), ITEM, name)

    def picture(self):
        """Width, height and ARGB bytes of the icon."""
        width, height, pixels = self.property("IconPixmap")[0]
        return width, height, bytes(pixels)

    def rows(self):
        name, _ = self.item()
        menu = self.property("Menu")
        self._data("call", name, menu, MENU, "AboutToShow", "i", "0")
        _, (_, _, children) = self._data("call", name, menu, MENU, "GetLayout", "iias", "0", "-1", "0")
        found = [child["data"] for child in children]
        return [Row(number, properties) for number, properties, _ in found]

    def row(self, text):
        """The row that begins with a text."""
        rows = self.rows()
        for row in rows:
            if row.text.startswith(text):
                return row
        raise AssertionError(f"no row {text!r} in {rows}")

    def has(self, text):
        return any(row.text.startswith(text) for row in self.rows())

    def click(self, text):
        """A click on a row, once the menu shows it: it follows the state a moment later."""
        row = until(f"row {text!r}", lambda: self.row(text))
        if not row.enabled:
            raise AssertionError(f"{row.text!r} is disabled")
        self.press(row)

    def press(self, row):
        """What the tray host says when a row is clicked, whether it can be or not."""
        name, _ = self.item()
        menu = self.property("Menu")
        try:
            self.desk.bus("call", name, menu, MENU, "Event", "isvu", str(row.number), "clicked", "s", "", "0")
        except AssertionError as error:
            # The row that ends the app may end it before it answers; each story checks next what came of the click.
            if "disconnected from message bus without replying" not in str(error):
                raise

    def activate(self):
        """A left click on the icon."""
        self.desk.bus("call", *self.item(), ITEM, "Activate", "ii", "0", "0")

    def _data(self, *call):
        answer = self.desk.bus(*call)
        if not answer.strip():
            return None
        data = json.loads(answer)["data"]
        return data[0] if call[0] == "call" and len(data) == 1 else data
