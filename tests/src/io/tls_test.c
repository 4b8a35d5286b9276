/* Whom weir/http.h trusts: against openssl's server with certificates made here. Skipped where there is no openssl. */
#include <criterion/criterion.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <weir/http.h>
#include <weir/loop.h>

#include "kit/collected.h"
#include "kit/http_server.h"

static char folder[] = "/tmp/weir-tls-XXXXXX";
static pid_t server;
static int port;
static struct collected got;

static void make_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	cr_assert_not_null(file);
	fputs(text, file);
	fclose(file);
}

static void start_server(const char *name)
{
	int out[2];
	char line[256], command[512];
	FILE *lines;

	if (system("openssl version > /dev/null 2>&1") != 0)
		cr_skip_test("there is no openssl");
	cr_assert_not_null(mkdtemp(folder));
	cr_assert_eq(chdir(folder), 0);
	snprintf(command, sizeof command,
		"openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 2 -subj /CN=weir "
		"-addext subjectAltName=%s > /dev/null 2>&1",
		name);
	cr_assert_eq(system(command), 0);
	make_file("hello", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nhello over TLS");
	make_file("down", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
	cr_assert_eq(pipe(out), 0);
	server = fork();
	if (server == 0) {
		dup2(out[1], STDOUT_FILENO);
		dup2(out[1], STDERR_FILENO);
		close(out[0]);
		execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "cert.pem", "-key",
			"key.pem", "-HTTP", (char *)NULL);
		_exit(127);
	}
	close(out[1]);
	lines = fdopen(out[0], "r");
	while (port == 0 && fgets(line, sizeof line, lines) != NULL)
		sscanf(line, "ACCEPT 127.0.0.1:%d", &port);
	cr_assert_neq(port, 0, "the server does not say its port");
}

static void stop_server(void)
{
	char command[100];

	collect_finish(&got);
	if (server > 0) {
		kill(server, SIGKILL);
		waitpid(server, NULL, 0);
	}
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (strstr(folder, "XXXXXX") == NULL)
		cr_expect_eq(system(command), 0);
}

TestSuite(tls, .fini = stop_server, .timeout = 60);

static void get(const char *path, weir_http_options options)
{
	weir_loop *loop = weir_loop_new();
	char url[100];

	collect_finish(&got);
	memset(&got, 0, sizeof got);
	options.proxy = "";
	snprintf(url, sizeof url, "https://127.0.0.1:%d%s", port, path);
	collect(&got, loop, weir_http_body(url, &options), 0);
	cr_assert(collect_run(&got, loop, weir_s(20)));
	weir_subscription_unref(got.subscription);
	got.subscription = NULL;
	weir_loop_free(loop);
}

Test(tls, a_certificate_must_be_trusted)
{
	start_server("IP:127.0.0.1");
	get("/hello", (weir_http_options){ 0 });
	cr_assert_eq(collect_code(&got), EKEYREJECTED, "%s", collect_message(&got));
	cr_assert_not_null(strstr(collect_message(&got), "certificate"), "%s", collect_message(&got));
	get("/hello", (weir_http_options){ .ca_file = "cert.pem" });
	cr_assert(got.is_completed, "%s", collect_message(&got));
	cr_assert_eq(got.bytes, strlen("hello over TLS"));
	get("/hello", (weir_http_options){ .insecure = true });
	cr_assert(got.is_completed, "%s", collect_message(&got));
	get("/hello", (weir_http_options){ .ca_file = "no-such-file.pem" });
	cr_assert_eq(collect_code(&got), EKEYREJECTED, "%s", collect_message(&got));
}

Test(tls, a_certificate_must_be_for_this_host)
{
	start_server("DNS:elsewhere.example");
	get("/hello", (weir_http_options){ .ca_file = "cert.pem" });
	cr_assert_eq(collect_code(&got), EKEYREJECTED, "%s", collect_message(&got));
}

Test(tls, a_redirect_does_not_lead_out_of_tls)
{
	start_server("IP:127.0.0.1");
	get("/down", (weir_http_options){ .ca_file = "cert.pem" });
	cr_assert_eq(collect_code(&got), EPROTONOSUPPORT, "%s", collect_message(&got));
}

static bool serve_plain(struct http_exchange *exchange)
{
	return http_answer(exchange, "200 OK", "", "plain");
}

Test(tls, a_server_without_tls)
{
	struct http_server *plain = http_server_start(serve_plain, NULL);

	port = http_server_port(plain);
	get("/", (weir_http_options){ .idle_timeout = weir_ms(500) });
	cr_assert(collect_code(&got) == EPROTO || collect_code(&got) == WEIR_ETIMEOUT, "%s", collect_message(&got));
	http_server_stop(plain);
}
