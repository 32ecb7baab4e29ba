/* bcryptprimitives.dll for a Wine that has none (8.0), so that programs written in Rust start there. Every such program
 * loads it, for random numbers; so it is also the place to mend, for tests only, what this Wine does otherwise than
 * Windows, and to record what a test wants to know.
 *
 *   UnlockFile               of a part that is not locked: Windows answers ERROR_NOT_LOCKED, Wine ERROR_LOCK_VIOLATION.
 *                            Rust's File::unlock unlocks until the first of the two, and reports the second.
 *   Shell_NotifyIconGetRect  Wine has no more than its name. The tray library asks it at every click and drops the click
 *                            when it fails; at a click, the icon is where the pointer is.
 *   SetNamedSecurityInfoW    of a file: Wine adds what the folder passes on, also to a list that is protected from that.
 *                            It shows what it keeps: SYSTEM and the owner always, and what the bits of the mode mean.
 *   CredEnumerateW           Wine puts its answers behind each other, wherever the texts before them end; Windows puts
 *                            them where such values may stand, and a debug build stops at any that does not.
 *   CreateProcessW           as it is; with ROTUNDA_TEST_STARTS, a line goes into that file for every started program:
 *                            the flags in hexadecimal, and the command.
 */
#include <windows.h>
#include <aclapi.h>
#include <wincred.h>
#include <shellapi.h>
#include <stdio.h>
#include <string.h>

/* RtlGenRandom of advapi32, under the name that it is exported by. */
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *bytes, SIZE_T count)
{
    const SIZE_T most = 1 << 20;
    BOOL filled = TRUE;

    while (filled && count > 0) {
        SIZE_T now = count < most ? count : most;
        filled = SystemFunction036(bytes, (ULONG)now);
        bytes += now;
        count -= now;
    }
    return filled;
}

static BOOL WINAPI unlock_file(HANDLE file, DWORD start, DWORD start_high, DWORD length, DWORD length_high)
{
    if (UnlockFile(file, start, start_high, length, length_high))
        return TRUE;
    if (GetLastError() == ERROR_LOCK_VIOLATION)
        SetLastError(ERROR_NOT_LOCKED);
    return FALSE;
}

static HRESULT WINAPI place_of_icon(const NOTIFYICONIDENTIFIER *icon, RECT *place)
{
    const LONG half = 8;
    POINT pointer;

    (void)icon;
    if (!GetCursorPos(&pointer))
        return E_FAIL;
    place->left = pointer.x - half;
    place->top = pointer.y - half;
    place->right = pointer.x + half;
    place->bottom = pointer.y + half;
    return S_OK;
}

static DWORD WINAPI set_security(WCHAR *name, SE_OBJECT_TYPE kind, SECURITY_INFORMATION what, PSID owner, PSID group,
                                 PACL list, PACL audit)
{
    SECURITY_DESCRIPTOR described;

    if (kind != SE_FILE_OBJECT || !(what & PROTECTED_DACL_SECURITY_INFORMATION))
        return SetNamedSecurityInfoW(name, kind, what, owner, group, list, audit);
    if (!InitializeSecurityDescriptor(&described, SECURITY_DESCRIPTOR_REVISION) ||
        !SetSecurityDescriptorDacl(&described, TRUE, list, FALSE) || !SetFileSecurityW(name, what, &described))
        return GetLastError();
    return ERROR_SUCCESS;
}

/* As a text of Windows stands in memory; that of the first answer stays, since it is not known who still reads it. */
static WCHAR *aligned(const WCHAR *text)
{
    const BYTE *bytes = (const BYTE *)text;
    SIZE_T length = 0;
    WCHAR *copy;

    if (text == NULL)
        return NULL;
    while (bytes[length] != 0 || bytes[length + 1] != 0)
        length += sizeof *text;
    copy = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, length + sizeof *text);
    if (copy != NULL)
        memcpy(copy, bytes, length);
    return copy;
}

/* The list and its values are one piece of memory, as the caller frees it. */
static BOOL WINAPI list_credentials(const WCHAR *filter, DWORD flags, DWORD *count, CREDENTIALW ***found)
{
    CREDENTIALW **list, *values;

    if (!CredEnumerateW(filter, flags, count, &list))
        return FALSE;
    *found = HeapAlloc(GetProcessHeap(), 0, *count * (sizeof **found + sizeof *values));
    if (*found == NULL) {
        SetLastError(ERROR_NOT_ENOUGH_MEMORY);
        return FALSE;
    }
    values = (CREDENTIALW *)(*found + *count);
    for (DWORD i = 0; i < *count; i++) {
        memcpy(&values[i], list[i], sizeof *values);
        values[i].TargetName = aligned(values[i].TargetName);
        values[i].Comment = aligned(values[i].Comment);
        values[i].TargetAlias = aligned(values[i].TargetAlias);
        values[i].UserName = aligned(values[i].UserName);
        (*found)[i] = &values[i];
    }
    return TRUE;
}

static void record_start(DWORD flags, const WCHAR *program, const WCHAR *command)
{
    WCHAR path[MAX_PATH];
    char line[4096], text[3800];
    DWORD length = GetEnvironmentVariableW(L"ROTUNDA_TEST_STARTS", path, MAX_PATH), written;
    HANDLE file;

    if (length == 0 || length >= MAX_PATH)
        return;
    if (!WideCharToMultiByte(CP_UTF8, 0, command ? command : program, -1, text, sizeof text, NULL, NULL))
        return;
    snprintf(line, sizeof line, "%08lx %s\n", flags, text);
    file = CreateFileW(path, FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL, OPEN_ALWAYS, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return;
    WriteFile(file, line, (DWORD)strlen(line), &written, NULL);
    CloseHandle(file);
}

static BOOL WINAPI create_process(const WCHAR *program, WCHAR *command, SECURITY_ATTRIBUTES *process,
                                  SECURITY_ATTRIBUTES *thread, BOOL inherit, DWORD flags, void *environment,
                                  const WCHAR *folder, STARTUPINFOW *startup, PROCESS_INFORMATION *started)
{
    record_start(flags, program, command);
    return CreateProcessW(program, command, process, thread, inherit, flags, environment, folder, startup, started);
}

static const struct {
    const char *name;
    void *function;
} REPLACED[] = {
    {"UnlockFile", unlock_file},
    {"Shell_NotifyIconGetRect", place_of_icon},
    {"SetNamedSecurityInfoW", set_security},
    {"CredEnumerateW", list_credentials},
    {"CreateProcessW", create_process},
};

static void *replacement_of(const char *name)
{
    for (size_t i = 0; i < sizeof REPLACED / sizeof REPLACED[0]; i++)
        if (strcmp(REPLACED[i].name, name) == 0)
            return REPLACED[i].function;
    return NULL;
}

/* The program's table of imported functions is changed, not the functions: this library itself calls the real ones. */
static void replace_imports(BYTE *program)
{
    const IMAGE_DOS_HEADER *dos = (const void *)program;
    const IMAGE_NT_HEADERS *headers = (const void *)(program + dos->e_lfanew);
    DWORD imports = headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;
    const IMAGE_IMPORT_DESCRIPTOR *library = (const void *)(program + imports);

    for (; imports != 0 && library->Name != 0; library++) {
        const IMAGE_THUNK_DATA *named = (const void *)(program + library->OriginalFirstThunk);
        IMAGE_THUNK_DATA *called = (void *)(program + library->FirstThunk);

        if (library->OriginalFirstThunk == 0)
            continue;
        for (; named->u1.AddressOfData != 0; named++, called++) {
            const IMAGE_IMPORT_BY_NAME *import = (const void *)(program + named->u1.AddressOfData);
            void *function;
            DWORD before;

            if (IMAGE_SNAP_BY_ORDINAL(named->u1.Ordinal))
                continue;
            function = replacement_of((const char *)import->Name);
            if (function == NULL || !VirtualProtect(called, sizeof *called, PAGE_READWRITE, &before))
                continue;
            called->u1.Function = (ULONG_PTR)function;
            VirtualProtect(called, sizeof *called, before, &before);
        }
    }
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
    (void)self;
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
        replace_imports((BYTE *)GetModuleHandleW(NULL));
    return TRUE;
}
