// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.archive.
#pragma weak archive_entry_filetype
#pragma weak archive_entry_free
#pragma weak archive_entry_gid
#pragma weak archive_entry_hardlink
#pragma weak archive_entry_mtime
#pragma weak archive_entry_mtime_nsec
#pragma weak archive_entry_new
#pragma weak archive_entry_pathname
#pragma weak archive_entry_perm
#pragma weak archive_entry_rdev
#pragma weak archive_entry_set_filetype
#pragma weak archive_entry_size
#pragma weak archive_entry_symlink
#pragma weak archive_entry_uid
#pragma weak archive_entry_xattr_next
#pragma weak archive_entry_xattr_reset
#pragma weak archive_error_string
#pragma weak archive_read_data_block
#pragma weak archive_read_free
#pragma weak archive_read_new
#pragma weak archive_read_next_header
#pragma weak archive_read_open
#pragma weak archive_read_support_filter_bzip2
#pragma weak archive_read_support_filter_xz
#pragma weak archive_read_support_filter_zstd
#pragma weak archive_read_support_format_empty
#pragma weak archive_read_support_format_raw
#pragma weak archive_read_support_format_tar
#pragma weak archive_write_add_filter_gzip
#pragma weak archive_write_add_filter_none
#pragma weak archive_write_add_filter_zstd
#pragma weak archive_write_close
#pragma weak archive_write_data
#pragma weak archive_write_fail
#pragma weak archive_write_free
#pragma weak archive_write_header
#pragma weak archive_write_new
#pragma weak archive_write_open
#pragma weak archive_write_set_bytes_per_block
#pragma weak archive_write_set_filter_option
#pragma weak archive_write_set_format_raw

#include <archive.h>
#include <archive_entry.h>
