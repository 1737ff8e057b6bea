/*
 * line.sh in C: cheaper, with a clock of its own, and exact about signals. make runs it in place of a shell, by a
 * link whose path ends in that of the real one. It notes when a recipe line began, when it ended and how, and ends as
 * the line did. A line that cannot be noted runs all the same. Never required. To build it: docs/spans.md.
 * Format of the notes: src/spans/read-lines.ts.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Within PIPE_BUF with everything around it, so that a note is one write that no other one gets into. */
#define LONGEST_TARGET 1000

static volatile pid_t line;
static int notes = -1;

static void pass_on(int number) {
  if (line > 0) kill(line, number);
}

static void note(const char *format, ...) {
  char text[LONGEST_TARGET + 200];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(text, sizeof text, format, values);
  va_end(values);
  if (length > 0 && write(notes, text, (size_t)length) < 0) return;
}

static void now(char *text, size_t size) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  snprintf(text, size, "t%lld.%06ld", (long long)time.tv_sec, time.tv_nsec / 1000);
}

static void become(char *real, char **words) {
  words[0] = real;
  execvp(real, words);
  fprintf(stderr, "%s: %s\n", real, strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

/*
 * The words of a line in which there is nothing for a shell to do, which make would start by itself; so does this where
 * that is certain: one start less, and a Ctrl-C that the program outlives is its own affair. NULL for any other line.
 */
static char **words_for_no_shell(const char *real, int count, char **words) {
  static const char certain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./+:,@%=- ";
  static const char *const of_the_shell[] = {
      ".", ":", "alias", "bg", "break", "case", "cd", "command", "continue", "do", "done", "elif", "else", "esac", "eval",
      "exec", "exit", "export", "fc", "fg", "fi", "for", "function", "getopts", "hash", "if", "in", "jobs", "login",
      "logout", "read", "readonly", "return", "select", "set", "shift", "source", "test", "then", "time", "times", "trap",
      "type", "typeset", "ulimit", "umask", "unalias", "unset", "until", "wait", "while", NULL};
  if (count != 3 || strcmp(real, "/bin/sh") != 0 || strcmp(words[1], "-c") != 0) return NULL;
  if (words[2][strspn(words[2], certain)] != '\0') return NULL;
  char *line = strdup(words[2]);
  char **split = line == NULL ? NULL : calloc(strlen(line) / 2 + 2, sizeof *split);
  if (split == NULL) return NULL;
  int length = 0;
  for (char *word = strtok(line, " "); word != NULL; word = strtok(NULL, " ")) split[length++] = word;
  if (length == 0 || strchr(split[0], '=') != NULL) return NULL;
  for (const char *const *name = of_the_shell; *name != NULL; name++)
    if (strcmp(split[0], *name) == 0) return NULL;
  return split;
}

/* `/…/by-path/bin/bash` stands for `/bin/bash`, `/…/by-name/bash` for `bash`. */
static char *real_shell(char *own) {
  static const char by_path[] = "/by-path/";
  char *found = NULL;
  for (char *at = own; (at = strstr(at, by_path)) != NULL; at++) found = at;
  if (found != NULL) return found + sizeof by_path - 2;
  char *slash = strrchr(own, '/');
  return slash == NULL ? own : slash + 1;
}

int main(int count, char **words) {
  char *real = real_shell(words[0]);
  char *target = getenv("SEND_METRICS_TARGET");
  char *file = getenv("SEND_METRICS_SPANS");
  char *level = getenv("MAKELEVEL");
  char began[40], ended[40];
  char name[LONGEST_TARGET] = "";
  if (target != NULL && strlen(target) < sizeof name) strcpy(name, target);
  unsetenv("SEND_METRICS_TARGET");
  /* Not a line of a recipe: $(shell …), or a script that a recipe hands to $(SHELL). And what one write cannot hold. */
  if (count < 2 || name[0] == '\0' || file == NULL) become(real, words);
  notes = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (notes < 0) become(real, words);
  now(began, sizeof began);
  note("s %ld %ld %s %s %s\n", (long)getpid(), (long)getppid(), level == NULL || *level == '\0' ? "0" : level, began, name);

  char **direct = words_for_no_shell(real, count, words);
  /* A terminal's signals are for the line, which may take its time; one that make sends goes to this process only. */
  struct sigaction ignore = {.sa_handler = SIG_IGN}, passing = {.sa_handler = pass_on}, interrupt, quit, term;
  sigset_t held, before;
  sigemptyset(&held);
  sigaddset(&held, SIGTERM);
  sigprocmask(SIG_BLOCK, &held, &before);
  sigaction(SIGINT, &ignore, &interrupt);
  sigaction(SIGQUIT, &ignore, &quit);
  sigaction(SIGTERM, NULL, &term);
  if (term.sa_handler != SIG_IGN) sigaction(SIGTERM, &passing, NULL);
  line = vfork();
  if (line == 0) {
    sigaction(SIGINT, &interrupt, NULL);
    sigaction(SIGQUIT, &quit, NULL);
    sigaction(SIGTERM, &term, NULL);
    sigprocmask(SIG_SETMASK, &before, NULL);
    /* It comes back for what is no program; the shell says so. */
    if (direct != NULL) execvp(direct[0], direct);
    become(real, words);
  }
  int failed = line < 0;
  sigprocmask(SIG_SETMASK, &before, NULL);
  if (failed) become(real, words);
  int status = 0;
  while (waitpid(line, &status, 0) < 0 && errno == EINTR) continue;
  now(ended, sizeof ended);
  int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  note("e %ld %s %d\n", (long)getpid(), ended, number > 0 ? 128 + number : WEXITSTATUS(status));
  if (number > 0) {
    struct rlimit none = {0, 0};
    struct sigaction usual = {.sa_handler = SIG_DFL};
    setrlimit(RLIMIT_CORE, &none);
    sigaction(number, &usual, NULL);
    kill(getpid(), number);
  }
  return number > 0 ? 128 + number : WEXITSTATUS(status);
}
