// The functions that are called, each weak: the library is loaded when it is needed, by SharedLibrary.sqlite.
#pragma weak sqlite3_bind_blob64
#pragma weak sqlite3_bind_double
#pragma weak sqlite3_bind_int64
#pragma weak sqlite3_bind_null
#pragma weak sqlite3_bind_parameter_count
#pragma weak sqlite3_bind_text64
#pragma weak sqlite3_bind_zeroblob
#pragma weak sqlite3_busy_timeout
#pragma weak sqlite3_changes
#pragma weak sqlite3_clear_bindings
#pragma weak sqlite3_close
#pragma weak sqlite3_column_blob
#pragma weak sqlite3_column_bytes
#pragma weak sqlite3_column_count
#pragma weak sqlite3_column_double
#pragma weak sqlite3_column_int64
#pragma weak sqlite3_column_name
#pragma weak sqlite3_column_text
#pragma weak sqlite3_column_type
#pragma weak sqlite3_errmsg
#pragma weak sqlite3_exec
#pragma weak sqlite3_finalize
#pragma weak sqlite3_get_autocommit
#pragma weak sqlite3_last_insert_rowid
#pragma weak sqlite3_open_v2
#pragma weak sqlite3_prepare_v3
#pragma weak sqlite3_reset
#pragma weak sqlite3_step
#pragma weak sqlite3_wal_checkpoint_v2
#pragma weak sqlite3_wal_hook

#include <sqlite3.h>
