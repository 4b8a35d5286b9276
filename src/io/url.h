/* Work on URLs (RFC 3986), by libcurl's URL interface. Results are owned: weir_deallocate(). NULL without memory, or
 * when an argument is no URL; errno says which (ENOMEM, EINVAL). Without libcurl: ENOTSUP. */
#ifndef WEIR_IO_URL_H
#define WEIR_IO_URL_H

#include <stdbool.h>
#include <stddef.h>

/* What `reference` (not terminated) means where `base` is the current URL. */
char *weir_url_resolve(const char *base, const char *reference, size_t length);

/* `url` with this query parameter, in the place of one of the same name or at the end; `value` is encoded here. */
char *weir_url_with_parameter(const char *url, const char *name, const char *value, size_t length);

/* Whether both have the same scheme, host and port. */
bool weir_url_same_origin(const char *left, const char *right);

#endif
