#include "internal.h"

#include <sys/socket.h>

int gl_error_fd = -1;

void gl_fill(gl_report *report, gl_class class_, int error, const char *format, va_list arguments) {
  memset(report, 0, sizeof *report);
  report->kind = 'E';
  report->error = error;
  report->class_ = class_;
  int length = vsnprintf(report->text, sizeof report->text, format, arguments);
  if (error && length >= 0 && (size_t)length < sizeof report->text) {
    const char *words = strerrordesc_np(error);
    snprintf(report->text + length, sizeof report->text - (size_t)length, ": %s", words ? words : "unknown error");
    // As Go's texts, which people know, have it: "no such file or directory".
    char *first = report->text + length + 2;
    if (words && first[0] >= 'A' && first[0] <= 'Z' && first[1] >= 'a') first[0] = (char)(first[0] | 0x20);
  }
}

_Noreturn void gl_fail(gl_class class_, int error, const char *format, ...) {
  gl_report report;
  va_list arguments;
  va_start(arguments, format);
  gl_fill(&report, class_, error, format, arguments);
  va_end(arguments);
  ssize_t ignored = write(gl_error_fd, &report, sizeof report);
  (void)ignored;
  _exit(127);
}

int gl_send(int channel, int kind, int descriptor) {
  gl_report report = {.kind = kind};
  struct iovec vector = {&report, offsetof(gl_report, text)};
  char control[CMSG_SPACE(sizeof(int))] = {0};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof(int));
  }
  ssize_t sent;
  do sent = sendmsg(channel, &message, MSG_NOSIGNAL);
  while (sent < 0 && errno == EINTR);
  return sent < 0 ? -1 : 0;
}
