/*
 * A server on loopback that misbehaves on purpose: a thread per connection, raw bytes from a function of the test.
 */
#ifndef TESTS_KIT_HTTP_SERVER_H
#define TESTS_KIT_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>

struct http_server;

/* One request on one connection. */
struct http_exchange {
	struct http_server *server;
	int socket;
	int number; /* of the request, over the whole server, from 1 */
	int connection; /* from 1 */
	char method[16];
	char target[2048]; /* path and query */
	char head[16384]; /* the request's head as it came */
	char body[16384];
	size_t body_length;
	void *context;
};

/* Answers one request; true keeps the connection. Runs on a thread of the server. */
typedef bool (*http_handler)(struct http_exchange *exchange);

struct http_server *http_server_start(http_handler handler, void *context);

/* Closes all connections and waits for the threads. */
void http_server_stop(struct http_server *server);

int http_server_port(const struct http_server *server);

/* "http://127.0.0.1:PORT" followed by `path`; valid until the fourth call from now. */
const char *http_server_url(const struct http_server *server, const char *path);

int http_server_request_count(const struct http_server *server);
int http_server_connection_count(const struct http_server *server);

/* Bytes written to sockets so far. */
size_t http_server_bytes_sent(const struct http_server *server);

/* False when the client has gone. */
bool http_send(struct http_exchange *exchange, const char *text);
bool http_send_bytes(struct http_exchange *exchange, const void *bytes, size_t length);
bool http_sendf(struct http_exchange *exchange, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "HTTP/1.1 <status>" with these fields ("Name: value\r\n…", or ""), Content-Length and body. */
bool http_answer(struct http_exchange *exchange, const char *status, const char *fields, const char *body);

/* False when the server is being stopped, or the client has gone, in the meantime. */
bool http_pause(struct http_exchange *exchange, int milliseconds);

/* Until the client has gone or the server is stopped. */
void http_wait_for_client_to_go(struct http_exchange *exchange);

/* The value of a field of the request, copied; "" if there is none. Valid until the exchange ends. */
const char *http_request_field(struct http_exchange *exchange, const char *name, char *buffer, size_t size);

#endif
