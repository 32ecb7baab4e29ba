/* kill.exe SIGNAL PID: what `kill` of other systems does to a program that a test has started, for tests that run on
 * Windows.
 *
 *   -INT         Ctrl+C
 *   -TERM        Ctrl+Break
 *   -KILL        ends it without warning
 *   -STOP, -CONT holds all its threads, and lets them go on
 *   -0           looks whether it runs
 *
 * taskkill.exe /T /F /PID PID: ends it and all that it has started, without warning; /F /IM NAME: every program of that
 * name. It is the same program, in the place of that of Wine 8.0, which does not know /T.
 *
 * Windows sends events of a console to a whole group of programs, with the test in it, and Wine 8.0 to no other group at
 * all. So the function that Windows itself calls in a program for each event is called in this one program.
 *
 * Ends with 0 when it was done.
 */
#include <windows.h>
#include <stdlib.h>
#include <tlhelp32.h>
#include <string.h>

typedef LONG(NTAPI *change)(HANDLE process);

static BOOL send_event(DWORD process, ULONG_PTR event)
{
    const DWORD access =
        PROCESS_CREATE_THREAD | PROCESS_QUERY_INFORMATION | PROCESS_VM_OPERATION | PROCESS_VM_WRITE | PROCESS_VM_READ;
    LPTHREAD_START_ROUTINE routine =
        (LPTHREAD_START_ROUTINE)(void *)GetProcAddress(GetModuleHandleA("kernelbase.dll"), "CtrlRoutine");
    HANDLE opened = OpenProcess(access, FALSE, process), thread = NULL;

    if (routine != NULL && opened != NULL)
        thread = CreateRemoteThread(opened, NULL, 0, routine, (void *)event, 0, NULL);
    if (thread != NULL)
        CloseHandle(thread);
    if (opened != NULL)
        CloseHandle(opened);
    return thread != NULL;
}

static BOOL end(DWORD process)
{
    HANDLE opened = OpenProcess(PROCESS_TERMINATE, FALSE, process);
    BOOL done = opened != NULL && TerminateProcess(opened, 1);

    if (opened != NULL)
        CloseHandle(opened);
    return done;
}

/* What it has started comes first: the number of a program that has ended may soon be that of another. */
static BOOL end_tree(DWORD process)
{
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32 entry = {.dwSize = sizeof entry};
    BOOL more = all != INVALID_HANDLE_VALUE && Process32First(all, &entry);

    for (; more; more = Process32Next(all, &entry))
        if (entry.th32ParentProcessID == process && entry.th32ProcessID != process)
            end_tree(entry.th32ProcessID);
    if (all != INVALID_HANDLE_VALUE)
        CloseHandle(all);
    return end(process);
}

/* Whether there was one. */
static BOOL end_all_named(const char *name)
{
    HANDLE all = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32 entry = {.dwSize = sizeof entry};
    BOOL more = all != INVALID_HANDLE_VALUE && Process32First(all, &entry), found = FALSE;

    for (; more; more = Process32Next(all, &entry))
        if (lstrcmpiA(entry.szExeFile, name) == 0)
            found |= end(entry.th32ProcessID);
    if (all != INVALID_HANDLE_VALUE)
        CloseHandle(all);
    return found;
}

static BOOL runs(DWORD process)
{
    HANDLE opened = OpenProcess(SYNCHRONIZE, FALSE, process);
    BOOL running = opened != NULL && WaitForSingleObject(opened, 0) == WAIT_TIMEOUT;

    if (opened != NULL)
        CloseHandle(opened);
    return running;
}

/* NtSuspendProcess and NtResumeProcess have no name in the Windows API. */
static BOOL all_threads(const char *function, DWORD process)
{
    change call = (change)(void *)GetProcAddress(GetModuleHandleA("ntdll.dll"), function);
    HANDLE opened = OpenProcess(PROCESS_SUSPEND_RESUME, FALSE, process);
    BOOL done = call != NULL && opened != NULL && call(opened) >= 0;

    if (opened != NULL)
        CloseHandle(opened);
    return done;
}

int main(int count, char **arguments)
{
    DWORD process;

    if (count == 5 && strcmp(arguments[1], "/T") == 0 && strcmp(arguments[2], "/F") == 0 &&
        strcmp(arguments[3], "/PID") == 0)
        return !end_tree(strtoul(arguments[4], NULL, 10));
    if (count == 4 && strcmp(arguments[1], "/F") == 0 && strcmp(arguments[2], "/IM") == 0)
        return end_all_named(arguments[3]) ? 0 : 128;
    if (count != 3)
        return 2;
    process = strtoul(arguments[2], NULL, 10);
    if (strcmp(arguments[1], "-INT") == 0)
        return !send_event(process, CTRL_C_EVENT);
    if (strcmp(arguments[1], "-TERM") == 0)
        return !send_event(process, CTRL_BREAK_EVENT);
    if (strcmp(arguments[1], "-KILL") == 0)
        return !end(process);
    if (strcmp(arguments[1], "-0") == 0)
        return !runs(process);
    if (strcmp(arguments[1], "-STOP") == 0)
        return !all_threads("NtSuspendProcess", process);
    if (strcmp(arguments[1], "-CONT") == 0)
        return !all_threads("NtResumeProcess", process);
    return 2;
}
