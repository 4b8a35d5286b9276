/*
 * One HTTP request at work, as a resource of a node. libcurl drives it (io/http.c); its callbacks only put aside what
 * comes, and the functions of `struct weir_transfer_class` run when libcurl is off the stack: they may stop this
 * transfer and start others.
 *
 * Nothing is read while `owner->demand` is used up by what was put aside; the head counts as one item.
 */
#ifndef WEIR_IO_TRANSFER_H
#define WEIR_IO_TRANSFER_H

#include <weir/operator.h>

#include "base/list.h"
#include "base/ring.h"
#include "io/http_head.h"
#include "io/http_request.h"

struct weir_transfer;

struct weir_transfer_class {
	/* All header fields of the final answer have come; an owned map, see weir_http(). */
	void (*head)(struct weir_transfer *transfer, weir_value head);
	/* A piece of the body; an owned bin. */
	void (*body)(struct weir_transfer *transfer, weir_value piece);
	/* The end; the transfer is released already. `error` is owned; NULL: all of the answer has come. */
	void (*done)(struct weir_transfer *transfer, weir_error *error);
};

/* Private but for `owner`. */
struct weir_transfer {
	struct weir_resource resource;
	struct weir_node *owner;
	const struct weir_transfer_class *transfer_class;
	const struct weir_http_request *request;
	struct weir_http_client *client;
	void *easy; /* libcurl's handle; NULL when nothing runs */
	void *header_list; /* libcurl's copy of the header fields */
	struct weir_link ready; /* in the client's list while there is something to hand out */
	struct weir_timer idle;
	weir_time last_activity;
	int64_t bytes_moved; /* up and down, when they were last looked at */
	struct weir_http_head head;
	weir_value head_value;
	bool has_head_value;
	struct weir_ring pieces; /* weir_value: put aside */
	size_t pieces_size;
	uint64_t body_size;
	bool is_paused;
	bool is_done;
	int result; /* libcurl's, when done */
	weir_error *failure; /* what a callback found wrong; overrides the result */
	char error_text[256];
};

/* In `start` of the owner, whose class counts demand. */
void weir_transfer_init(
	struct weir_transfer *transfer, struct weir_node *owner, const struct weir_transfer_class *transfer_class);

/* Begin. `request` is borrowed until the end. Returns NULL or an owned error. */
weir_error *weir_transfer_start(struct weir_transfer *transfer, const struct weir_http_request *request);

/* The owner's demand has grown. */
void weir_transfer_resume(struct weir_transfer *transfer);

/* End it at once; nothing is called any more. */
void weir_transfer_stop(struct weir_transfer *transfer);

#endif
