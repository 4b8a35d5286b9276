/* What only the core does to an error: naming where it happened, giving it a hint, before anybody else sees it. */
#ifndef WEIR_CORE_ERROR_PRIVATE_H
#define WEIR_CORE_ERROR_PRIVATE_H

#include <weir/error.h>

/* Fill in the origin (copied) unless there is one. The caller is the only owner. */
void weir_error_set_origin(weir_error *error, const char *origin);

bool weir_error_has_origin(const weir_error *error);

/* Fill in the hint of weir_error_retry_after(). The caller is the only owner. */
void weir_error_set_retry_after(weir_error *error, int64_t nanoseconds);

/* Fill in weir_error_status(). The caller is the only owner. */
void weir_error_set_status(weir_error *error, int status);

/* The same error with an origin: `error` itself when it is unshared, else one that is caused by it. Consumes `error`. */
weir_error *weir_error_at(weir_error *error, const char *origin);

#endif
