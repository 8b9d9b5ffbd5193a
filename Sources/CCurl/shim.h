// libcurl, and what Swift cannot say of it: its functions that set and read options are variadic.
#pragma once

// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.curl.
#pragma weak curl_easy_cleanup
#pragma weak curl_easy_getinfo
#pragma weak curl_easy_init
#pragma weak curl_easy_setopt
#pragma weak curl_easy_strerror
#pragma weak curl_free
#pragma weak curl_global_init
#pragma weak curl_multi_add_handle
#pragma weak curl_multi_cleanup
#pragma weak curl_multi_info_read
#pragma weak curl_multi_init
#pragma weak curl_multi_perform
#pragma weak curl_multi_poll
#pragma weak curl_multi_remove_handle
#pragma weak curl_multi_setopt
#pragma weak curl_multi_wakeup
#pragma weak curl_slist_append
#pragma weak curl_slist_free_all
#pragma weak curl_url
#pragma weak curl_url_cleanup
#pragma weak curl_url_get
#pragma weak curl_url_set

#include <curl/curl.h>
#include <stdint.h>

typedef size_t (*gantry_curl_bytes)(char *bytes, size_t size, size_t count, void *context);
typedef int (*gantry_curl_seek)(void *context, curl_off_t offset, int origin);

static inline CURLcode gantry_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode gantry_curl_set_size(CURL *handle, CURLoption option, int64_t value) {
  return curl_easy_setopt(handle, option, (curl_off_t)value);
}

// libcurl keeps a copy of the text.
static inline CURLcode gantry_curl_set_text(CURL *handle, CURLoption option, const char *text) {
  return curl_easy_setopt(handle, option, text);
}

// The list, context or buffer stays the caller's, who keeps it until the handle is gone.
static inline CURLcode gantry_curl_set_pointer(CURL *handle, CURLoption option, void *pointer) {
  return curl_easy_setopt(handle, option, pointer);
}

static inline CURLcode gantry_curl_set_list(CURL *handle, CURLoption option, struct curl_slist *list) {
  return curl_easy_setopt(handle, option, list);
}

// libcurl keeps a copy of the bytes.
static inline CURLcode gantry_curl_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
  struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

static inline CURLcode gantry_curl_set_bytes_function(CURL *handle, CURLoption option, gantry_curl_bytes function) {
  return curl_easy_setopt(handle, option, function);
}

static inline CURLcode gantry_curl_set_seek_function(CURL *handle, gantry_curl_seek function) {
  return curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

static inline long gantry_curl_get_long(CURL *handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

// What the server's own certificate says, each entry "name:value"; NULL where it was not kept. The list is the handle's.
static inline struct curl_slist *gantry_curl_certificate(CURL *handle) {
  struct curl_certinfo *found = NULL;
  if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &found) != CURLE_OK || !found || found->num_of_certs < 1) return NULL;
  return found->certinfo[0];
}

static inline CURLMcode gantry_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// The result of a message that says a transfer is done: its union is not seen from Swift.
static inline CURLcode gantry_curl_result(const CURLMsg *message) { return message->data.result; }
