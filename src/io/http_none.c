/* Stands in for io/http.c where weir is built without libcurl. See io/transfer.h and io/url.h. */
#include <errno.h>

#include "io/transfer.h"
#include "io/url.h"

void weir_transfer_init(
	struct weir_transfer *transfer, struct weir_node *owner, const struct weir_transfer_class *transfer_class)
{
	*transfer = (struct weir_transfer){ .owner = owner, .transfer_class = transfer_class };
}

weir_error *weir_transfer_start(struct weir_transfer *transfer, const struct weir_http_request *request)
{
	(void)request;
	return weir_node_error(transfer->owner, ENOTSUP, "weir was built without HTTP (-Dhttp=enabled needs libcurl)");
}

void weir_transfer_resume(struct weir_transfer *transfer)
{
	(void)transfer;
}

void weir_transfer_stop(struct weir_transfer *transfer)
{
	(void)transfer;
}

char *weir_url_resolve(const char *base, const char *reference, size_t length)
{
	(void)base;
	(void)reference;
	(void)length;
	errno = ENOTSUP;
	return NULL;
}

char *weir_url_with_parameter(const char *url, const char *name, const char *value, size_t length)
{
	(void)url;
	(void)name;
	(void)value;
	(void)length;
	errno = ENOTSUP;
	return NULL;
}

bool weir_url_same_origin(const char *left, const char *right)
{
	(void)left;
	(void)right;
	return false;
}
