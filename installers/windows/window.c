/* Takes the place of the window's process, which is the tray app's own program started once more: its pipes lead to a
 * test, which plays the page. The test listens on 127.0.0.1, at the port that the variable ROTUNDA_TEST_WINDOW names.
 */
#include <winsock2.h>
#include <windows.h>
#include <stdlib.h>

enum { PIECE = 65536 };

static SOCKET test;

/* What the page says goes to the app, until the test hangs up: then the window is closed. */
static DWORD WINAPI from_page(void *unused)
{
    static char piece[PIECE];
    HANDLE out = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD written;
    int length;

    (void)unused;
    while ((length = recv(test, piece, sizeof piece, 0)) > 0)
        if (!WriteFile(out, piece, (DWORD)length, &written, NULL))
            break;
    ExitProcess(0);
}

int WINAPI WinMain(HINSTANCE self, HINSTANCE before, LPSTR command, int show)
{
    static char piece[PIECE];
    struct sockaddr_in place = {.sin_family = AF_INET};
    char port[8];
    WSADATA data;
    DWORD length = GetEnvironmentVariableA("ROTUNDA_TEST_WINDOW", port, sizeof port);

    (void)self;
    (void)before;
    (void)command;
    (void)show;
    if (length == 0 || length >= sizeof port || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 2;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    place.sin_port = htons((u_short)atoi(port));
    test = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (connect(test, (void *)&place, sizeof place) != 0 || CreateThread(NULL, 0, from_page, NULL, 0, NULL) == NULL)
        return 3;
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), piece, sizeof piece, &length, NULL) && length > 0)
        if (send(test, piece, (int)length, 0) < 0)
            return 4;
    return 0;
}
