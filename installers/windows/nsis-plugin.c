/* nsis_tauri_utils.dll for tests: the functions of Tauri's plugin that its installer script calls. The plugin itself is
 * published for 32-bit installers only, and those need a 32-bit Wine.
 *
 * A plugin of NSIS gets the length of its strings and a stack of them.
 */
#include <windows.h>

typedef struct entry {
    struct entry *next;
    WCHAR text[1];
} entry;

static int size;
static entry **top;

static WCHAR *room(int texts)
{
    return GlobalAlloc(GPTR, (SIZE_T)texts * size * sizeof(WCHAR));
}

/* The uppermost text, in memory that stays until the installer ends. */
static WCHAR *pop(void)
{
    entry *first = *top;
    WCHAR *text = room(1);

    if (first != NULL) {
        lstrcpynW(text, first->text, size);
        *top = first->next;
        GlobalFree(first);
    }
    return text;
}

static void push(const WCHAR *text)
{
    entry *first = GlobalAlloc(GPTR, sizeof(entry) + size * sizeof(WCHAR));

    lstrcpynW(first->text, text, size);
    first->next = *top;
    *top = first;
}

#define PLUGIN(name)                                                                                                   \
    __declspec(dllexport) void __cdecl name(HWND parent, int string_size, WCHAR *variables, entry **stack, void *extra)
#define BEGIN                                                                                                          \
    size = string_size;                                                                                                \
    top = stack;                                                                                                       \
    (void)parent;                                                                                                      \
    (void)variables;                                                                                                   \
    (void)extra

static BOOL begins(const WCHAR *text, const WCHAR *with)
{
    while (*with != 0 && *text == *with) {
        text++;
        with++;
    }
    return *with == 0;
}

PLUGIN(StrReplace)
{
    BEGIN;
    const WCHAR *text = pop(), *from = pop(), *to = pop();
    WCHAR *out = room(1);
    int length = lstrlenW(from), filled = 0;

    while (*text != 0 && filled < size - 1) {
        if (length > 0 && begins(text, from)) {
            for (const WCHAR *letter = to; *letter != 0 && filled < size - 1; letter++)
                out[filled++] = *letter;
            text += length;
        } else {
            out[filled++] = *text++;
        }
    }
    push(out);
}

static int number(const WCHAR **text)
{
    int found = 0;

    while (**text >= '0' && **text <= '9')
        found = found * 10 + (*(*text)++ - '0');
    if (**text == '.')
        (*text)++;
    return found;
}

PLUGIN(SemverCompare)
{
    BEGIN;
    const WCHAR *one = pop(), *other = pop();
    int order = 0;

    for (int part = 0; part < 3 && order == 0; part++) {
        int left = number(&one), right = number(&other);
        order = (left > right) - (left < right);
    }
    push(order < 0 ? L"-1" : order > 0 ? L"1" : L"0");
}

PLUGIN(RunAsUser)
{
    BEGIN;
    const WCHAR *file = pop(), *arguments = pop();
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION started;
    WCHAR *command = room(2);

    wsprintfW(command, L"\"%s\" %s", file, arguments);
    push(CreateProcessW(file, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &started) ? L"0" : L"1");
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, LPVOID reserved)
{
    (void)self;
    (void)reason;
    (void)reserved;
    return TRUE;
}
