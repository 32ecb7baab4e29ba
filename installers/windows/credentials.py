"""Sign-ins in the Credential Manager, and what Codex itself keeps there: credentials.py PROGRAMS CODEX.

PROGRAMS is the folder with rotunda.exe and desktop-upstream.exe, CODEX the real codex.exe. Wine keeps the Credential
Manager in the registry, encrypted, where this looks at it.
"""

import json
import sys

from rig import Checks, Router, Windows

from people import write_sign_in

# Windows stores no item that is longer (CRED_MAX_CREDENTIAL_BLOB_SIZE).
LONGEST = 2560
# CRED_PERSIST_LOCAL_MACHINE: the item does not roam with the user's profile.
LOCAL = 2
KEY = "sk-proj-planted-0123456789"


class Story(Checks):
    def __init__(self, programs, codex):
        super().__init__()
        self.secrets = []
        self.windows = Windows(programs)
        self.codex = codex
        self.windows.forget()

    def import_long(self, name):
        """Imports a sign-in with an access token that no single item can hold."""
        folder = self.windows.home / f"sign-in-{name}"
        person = write_sign_in(folder, name)
        file = folder / "auth.json"
        auth = json.loads(file.read_text())
        auth["tokens"]["access_token"] += "a" * LONGEST
        file.write_text(json.dumps(auth))
        done = self.windows.rotunda("import", self.windows.path(file), "--name", name)
        self.check(f"{name} is imported", done.returncode == 0, done.stdout + done.stderr)
        file.unlink()
        folder.rmdir()
        return [*person["secrets"], auth["tokens"]["access_token"]]

    def items(self):
        return {name: values for name, values in self.windows.credentials().items() if "Rotunda" in name}

    def files_with(self, secrets):
        """Files of ours, and of the registry, in which one of these stands."""
        folders = [self.windows.data, self.windows.roaming / "Rotunda"]
        files = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
        files += self.windows.drive.parent.glob("*.reg")
        return [file.name for file in files if any(secret.encode() in file.read_bytes() for secret in secrets)]

    def sign_ins(self, upstream):
        self.secrets = secrets = self.import_long("work")
        items = self.items()
        self.check("it is in three items or more", len(items) >= 3, items.keys())
        sizes = [len(values.get("Password", "")) // 2 for values in items.values()]
        self.check("none is longer than Windows allows", sizes and max(sizes) <= LONGEST, sizes)
        persists = {int(values["Persist"], 16) for values in items.values()}
        self.check("none roams to another computer", persists == {LOCAL}, persists)
        self.check("no file has a token", self.files_with(secrets) == [], self.files_with(secrets))

        upstream.person("work", five_hours=10, week=10)
        with Router(self.windows) as router:
            status, text = router.turn()
            self.check("a router that starts now has it", status == 200 and "hello from work" in text, (status, text[:300]))
        self.check("doctor says where sign-ins are", "in the system's keychain" in self.windows.rotunda("doctor").stdout)

    def without_a_profile(self):
        """The list of profiles is lost: what the Credential Manager has is found by its names."""
        for file in self.windows.data.glob("rotunda.db*"):
            file.unlink()
        found = self.windows.rotunda("import")
        said = found.stdout + found.stderr
        self.check("a sign-in without a profile is listed", "work@example.com" in said, said)
        taken = self.windows.rotunda("import", "--found", "all")
        self.check("and taken back", taken.returncode == 0 and any(one["name"] for one in self.windows.json("profiles")), taken)

    def moves(self):
        before = self.items().keys()
        moved = self.windows.rotunda("vault", "move", "file")
        self.check("they move to a file", moved.returncode == 0 and (self.windows.data / "vault.json").is_file(), moved.stdout + moved.stderr)
        self.check("nothing stays behind", not self.items(), self.items().keys())
        moved = self.windows.rotunda("vault", "move", "keychain")
        self.check("and back", moved.returncode == 0 and self.items().keys() == before, moved.stdout + moved.stderr)
        self.check("no file has a token afterwards", self.files_with(self.secrets) == [], self.files_with(self.secrets))
        name = self.windows.json("profiles")[0]["name"]
        removed = self.windows.rotunda("remove", name)
        self.check("a removed profile takes its items along", removed.returncode == 0 and not self.items(), removed.stdout + removed.stderr)

    def codex_s_own(self):
        """What the real client writes is read, or named when only the client can read it."""
        for feature, where in [(None, "the encrypted file"), (False, "Codex Auth (keychain)")]:
            self.windows.forget()
            self.windows.codex_home.mkdir()
            config = 'cli_auth_credentials_store = "keyring"\n'
            if feature is not None:
                config += f"\n[features]\nsecret_auth_storage = {str(feature).lower()}\n"
            (self.windows.codex_home / "config.toml").write_text(config)
            signed_in = self.windows.run(self.codex, "login", "--with-api-key", typed=KEY)
            self.check(f"codex signs in ({where})", signed_in.returncode == 0, signed_in.stdout + signed_in.stderr)
            encrypted = self.windows.codex_home / "secrets/codex_auth.age"
            self.check("it encrypts its sign-in by default alone", encrypted.is_file() == (feature is None))
            found = self.windows.rotunda("import")
            said = found.stdout + found.stderr
            self.check("importing names the place", where in said, said)
            self.check("the key is not shown", KEY not in said, said)
            folder = self.windows.rotunda("import", self.windows.path(self.windows.codex_home), "--name", "own")
            said = folder.stdout + folder.stderr
            if feature is None:
                self.check("it is refused with the file and the way out", folder.returncode != 0 and "codex_auth.age" in said and "rotunda login" in said, said)
                doctor = self.windows.rotunda("doctor").stdout
                self.check("doctor says it", "codex_auth.age" in doctor, doctor)
            else:
                self.check("it is imported from the item", folder.returncode == 0, said)


def main():
    story = Story(*sys.argv[1:])
    with story.windows.upstream() as upstream:
        story.windows.uses(upstream)
        story.sign_ins(upstream)
        story.without_a_profile()
        story.moves()
        story.codex_s_own()
    story.windows.forget()
    return story.end()


if __name__ == "__main__":
    sys.exit(main())
