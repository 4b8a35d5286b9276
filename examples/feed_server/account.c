/* The server's own account. See main.c. */
#include <stdio.h>

#include "feed_server.h"

static json_t *hex(uint64_t number)
{
	char text[24];

	snprintf(text, sizeof text, "%016jx", (uintmax_t)number);
	return json_string(text);
}

static json_t *walk_account(const struct walk *walk, bool with_ids)
{
	json_t *account = json_pack("{sI ss sI so sI sI sb}", "walk", (json_int_t)walk->number, "api", walk->api,
		"total", (json_int_t)walk->items.count, "checksum", hex(walk->checksum), "pages_sent",
		(json_int_t)walk->pages_sent, "items_sent", (json_int_t)walk->items_sent, "complete",
		walk->items_sent == walk->items.count);
	json_t *ids = with_ids ? json_array() : NULL;

	for (size_t i = 0; ids && i < walk->items.count; i++)
		json_array_append_new(ids, json_string(walk->items.at[i].id));
	if (ids)
		json_object_set_new(account, "ids", ids);
	return account;
}

static json_t *api_account(const struct api *api)
{
	return json_pack("{sI sI sI sI sI sI sI sI}", "requests", (json_int_t)api->requests, "pages_sent",
		(json_int_t)api->pages_sent, "refused_429", (json_int_t)api->refused_429, "refused_503",
		(json_int_t)api->refused_503, "cut_short", (json_int_t)api->cut_short, "wrong_length",
		(json_int_t)api->wrong_length, "not_modified_304", (json_int_t)api->not_modified_304, "expired_410",
		(json_int_t)api->expired_410);
}

static json_t *events_account(const struct server *server)
{
	return json_pack("{sI sI so sI sI sI sI sI sI sI sI sI sI}", "last_id", (json_int_t)server->last_id,
		"first_retained_id", (json_int_t)first_retained_id(server), "checksum", hex(server->events_checksum),
		"sent", (json_int_t)server->sent, "connections", (json_int_t)server->connections, "open",
		(json_int_t)server->open, "refused_503", (json_int_t)server->refused_503, "dropped",
		(json_int_t)server->dropped, "split", (json_int_t)server->split, "reshaped",
		(json_int_t)server->reshaped, "ended", (json_int_t)server->ended, "answered_204",
		(json_int_t)server->answered_204, "evicted_unsent", (json_int_t)server->evicted_unsent);
}

void serve_summary(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	bool with_ids = evhttp_find_header(query, "ids");
	json_t *walks = json_array();
	struct walk *walk;

	if (server->numbers)
		json_array_append_new(walks, walk_account(server->numbers, with_ids));
	for (walk = TAILQ_FIRST(&server->walks); walk; walk = TAILQ_NEXT(walk, link))
		json_array_append_new(walks, walk_account(walk, with_ids));
	reply_json(request, 200, "OK",
		json_pack("{ss sI sb sf sI so so so so sI}", "source", server->file.count ? "file" : "machine",
			"uptime_ms", (json_int_t)((monotonic_now() - server->started_at) * 1000), "stopped",
			server->is_stopped, "faults", server->options.faults, "seed", (json_int_t)server->options.seed,
			"events", events_account(server), "items", api_account(&server->apis[API_ITEMS]), "numbers",
			api_account(&server->apis[API_NUMBERS]), "walks", walks, "walks_forgotten",
			(json_int_t)server->walks_forgotten));
}

void serve_stop(struct server *server, struct evhttp_request *request, struct evkeyvalq *query)
{
	(void)query;
	server->is_stopped = true;
	reply_json(request, 200, "OK", json_pack("{sb sI}", "stopped", 1, "last_id", (json_int_t)server->last_id));
}
