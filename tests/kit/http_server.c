/* A server on loopback that misbehaves on purpose. See kit/http_server.h. */
#include "kit/http_server.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	MAX_CONNECTIONS = 512,
};

struct http_server {
	http_handler handler;
	void *context;
	int listener;
	int port;
	int stopping; /* an eventfd that becomes readable for ever */
	pthread_t acceptor;
	pthread_t threads[MAX_CONNECTIONS];
	int connection_count;
	int request_count;
	size_t bytes_sent;
};

struct connection {
	struct http_server *server;
	int socket;
	int number;
};

static bool wait_for(struct http_server *server, int socket, short events, int milliseconds)
{
	struct pollfd watched[] = { { server->stopping, POLLIN, 0 }, { socket, events, 0 } };
	int count = poll(watched, 2, milliseconds);

	return count > 0 && watched[0].revents == 0;
}

/* False when the connection ended before a whole request. */
static bool read_request(struct http_exchange *exchange)
{
	size_t length = 0;
	char *end;
	char field[32];

	exchange->head[0] = '\0';
	while ((end = strstr(exchange->head, "\r\n\r\n")) == NULL) {
		if (length == sizeof exchange->head - 1 || !wait_for(exchange->server, exchange->socket, POLLIN, -1))
			return false;

		ssize_t got = recv(exchange->socket, exchange->head + length, sizeof exchange->head - 1 - length, 0);

		if (got <= 0)
			return false;
		length += (size_t)got;
		exchange->head[length] = '\0';
	}
	end += 4;
	exchange->body_length = length - (size_t)(end - exchange->head);
	memcpy(exchange->body, end, exchange->body_length);
	*end = '\0';

	size_t expected = strtoul(http_request_field(exchange, "Content-Length", field, sizeof field), NULL, 10);

	while (exchange->body_length < expected && expected < sizeof exchange->body) {
		ssize_t got = wait_for(exchange->server, exchange->socket, POLLIN, -1)
				      ? recv(exchange->socket, exchange->body + exchange->body_length,
						expected - exchange->body_length, 0)
				      : 0;

		if (got <= 0)
			return false;
		exchange->body_length += (size_t)got;
	}
	return sscanf(exchange->head, "%15s %2047s", exchange->method, exchange->target) == 2;
}

static void *serve(void *context)
{
	struct connection *connection = context;
	struct http_exchange *exchange = calloc(1, sizeof *exchange);

	exchange->server = connection->server;
	exchange->socket = connection->socket;
	exchange->connection = connection->number;
	exchange->context = connection->server->context;
	while (read_request(exchange)) {
		exchange->number = __atomic_add_fetch(&connection->server->request_count, 1, __ATOMIC_SEQ_CST);
		if (!connection->server->handler(exchange))
			break;
	}
	shutdown(exchange->socket, SHUT_WR);
	close(exchange->socket);
	free(exchange);
	free(connection);
	return NULL;
}

static void *accept_all(void *context)
{
	struct http_server *server = context;

	while (wait_for(server, server->listener, POLLIN, -1)) {
		int socket = accept(server->listener, NULL, NULL);

		if (socket < 0)
			continue;
		if (server->connection_count == MAX_CONNECTIONS) {
			close(socket);
			continue;
		}
		setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){ 1 }, sizeof(int));

		struct connection *connection = malloc(sizeof *connection);

		*connection = (struct connection){ server, socket, server->connection_count + 1 };
		if (pthread_create(&server->threads[server->connection_count], NULL, serve, connection) != 0)
			abort();
		__atomic_add_fetch(&server->connection_count, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

struct http_server *http_server_start(http_handler handler, void *context)
{
	struct http_server *server = calloc(1, sizeof *server);
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof address;

	signal(SIGPIPE, SIG_IGN);
	server->handler = handler;
	server->context = context;
	server->stopping = eventfd(0, 0);
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (server->listener < 0 || bind(server->listener, (struct sockaddr *)&address, length) < 0 ||
		listen(server->listener, 256) < 0 ||
		getsockname(server->listener, (struct sockaddr *)&address, &length) < 0 ||
		pthread_create(&server->acceptor, NULL, accept_all, server) != 0)
		abort();
	server->port = ntohs(address.sin_port);
	return server;
}

void http_server_stop(struct http_server *server)
{
	uint64_t one = 1;

	if (write(server->stopping, &one, sizeof one) < 0)
		abort();
	pthread_join(server->acceptor, NULL);
	for (int index = 0; index < server->connection_count; index++)
		pthread_join(server->threads[index], NULL);
	close(server->listener);
	close(server->stopping);
	free(server);
}

int http_server_port(const struct http_server *server)
{
	return server->port;
}

const char *http_server_url(const struct http_server *server, const char *path)
{
	static char urls[4][512];
	static unsigned next;
	char *url = urls[next++ % 4];

	snprintf(url, sizeof urls[0], "http://127.0.0.1:%d%s", server->port, path);
	return url;
}

int http_server_request_count(const struct http_server *server)
{
	return __atomic_load_n(&server->request_count, __ATOMIC_SEQ_CST);
}

int http_server_connection_count(const struct http_server *server)
{
	return __atomic_load_n(&server->connection_count, __ATOMIC_SEQ_CST);
}

size_t http_server_bytes_sent(const struct http_server *server)
{
	return __atomic_load_n(&server->bytes_sent, __ATOMIC_SEQ_CST);
}

bool http_send_bytes(struct http_exchange *exchange, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		if (!wait_for(exchange->server, exchange->socket, POLLOUT, -1))
			return false;

		ssize_t sent = send(exchange->socket, at, length, MSG_DONTWAIT | MSG_NOSIGNAL);

		if (sent < 0 && errno != EAGAIN)
			return false;
		if (sent > 0) {
			at += sent;
			length -= (size_t)sent;
			__atomic_add_fetch(&exchange->server->bytes_sent, (size_t)sent, __ATOMIC_SEQ_CST);
		}
	}
	return true;
}

bool http_send(struct http_exchange *exchange, const char *text)
{
	return http_send_bytes(exchange, text, strlen(text));
}

bool http_sendf(struct http_exchange *exchange, const char *format, ...)
{
	char text[8192];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	return http_send(exchange, text);
}

bool http_answer(struct http_exchange *exchange, const char *status, const char *fields, const char *body)
{
	return http_sendf(exchange, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, fields, strlen(body)) &&
	       http_send(exchange, body);
}

static bool client_has_gone(struct http_exchange *exchange)
{
	char byte;

	return recv(exchange->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

bool http_pause(struct http_exchange *exchange, int milliseconds)
{
	struct pollfd watched[] = {
		{ exchange->server->stopping, POLLIN, 0 },
		{ exchange->socket, POLLIN | POLLRDHUP, 0 },
	};
	int count = poll(watched, 2, milliseconds);

	return count == 0 || (watched[0].revents == 0 && !client_has_gone(exchange));
}

void http_wait_for_client_to_go(struct http_exchange *exchange)
{
	while (http_pause(exchange, 1000))
		;
}

const char *http_request_field(struct http_exchange *exchange, const char *name, char *buffer, size_t size)
{
	size_t name_length = strlen(name);

	buffer[0] = '\0';
	for (const char *line = strstr(exchange->head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncasecmp(line, name, name_length) != 0 || line[name_length] != ':')
			continue;
		line += name_length + 1;
		line += strspn(line, " ");
		snprintf(buffer, size, "%.*s", (int)strcspn(line, "\r\n"), line);
		break;
	}
	return buffer;
}
