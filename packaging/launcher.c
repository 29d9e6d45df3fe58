/* Starts the bundled Python with ipcsim, whatever folder the bundle has been moved to.
 *
 * -I keeps the person's PYTHON... variables, user packages and current folder out of ipcsim itself;
 * the programs it runs get the environment as it is.
 */
#ifndef _WIN32
#define _GNU_SOURCE
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach-o/dyld.h>
#endif

static int own_path(char *path, size_t size)
{
#ifdef __APPLE__
    char raw[PATH_MAX];
    uint32_t length = sizeof raw;
    return _NSGetExecutablePath(raw, &length) == 0 && size >= PATH_MAX && realpath(raw, path);
#else
    ssize_t length = readlink("/proc/self/exe", path, size - 1);
    if (length < 0)
        return 0;
    path[length] = '\0';
    return 1;
#endif
}

int main(int count, char **words)
{
    char path[PATH_MAX], python[PATH_MAX + 32];
    if (!own_path(path, sizeof path)) {
        perror("ipcsim: where am I");
        return 1;
    }
    snprintf(python, sizeof python, "%s/python/bin/python3", dirname(path));
    char **arguments = calloc((size_t)count + 4, sizeof *arguments);
    if (!arguments)
        return 1;
    int next = 0;
    arguments[next++] = python;
    arguments[next++] = "-I";
    arguments[next++] = "-m";
    arguments[next++] = "ipcsim";
    for (int each = 1; each < count; each++)
        arguments[next++] = words[each];
    execv(python, arguments);
    perror(python);
    return 127;
}

#else
#include <windows.h>
#include <wchar.h>

/* Built twice: as a window program (ipcsim.exe, no console) and for the console
 * (ipcsim-cli.exe, -DCONSOLE), since Windows decides by the file which one it is. */
static int start(void)
{
    static wchar_t path[32768], line[65536];
    GetModuleFileNameW(NULL, path, 32768);
    wchar_t *slash = wcsrchr(path, L'\\');
    *slash = L'\0';
#ifdef CONSOLE
    const wchar_t *python = L"python.exe";
#else
    const wchar_t *python = L"pythonw.exe";
#endif
    const wchar_t *words = GetCommandLineW();
    int quoted = 0;
    while (*words && (quoted || (*words != L' ' && *words != L'\t')))
        quoted ^= *words++ == L'"';
    swprintf(line, 65536, L"\"%ls\\python\\%ls\" -I -m ipcsim%ls", path, python, words);
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process))
        return 127;
    WaitForSingleObject(process.hProcess, INFINITE);
    DWORD code = 1;
    GetExitCodeProcess(process.hProcess, &code);
    return (int)code;
}

#ifdef CONSOLE
int wmain(void) { return start(); }
#else
int WINAPI wWinMain(HINSTANCE a, HINSTANCE b, PWSTR c, int d)
{
    (void)a; (void)b; (void)c; (void)d;
    return start();
}
#endif
#endif
