import Foundation

/// A service in Python whose limiter is a library from PyPI: 10 requests per second and 30 in ten of each
/// X-API-Key; of Flask-Limiter 20 in four.
public final class PythonLimiter {
    /// The library.
    public enum Library: String, CaseIterable, Sendable {
        /// slowapi, which counts with limits, before Starlette.
        case slowapi
        /// django-ratelimit's decorators, one above the other, on Django's cache in memory.
        case django
        /// Flask-Limiter, windows from a client's first request, on Werkzeug's threads.
        case flask
        /// The same with a log of instants, and 60 in four seconds of all clients together besides.
        case flaskMoving

        fileprivate var modules: String {
            switch self {
            case .slowapi: "slowapi, uvicorn"
            case .django: "django_ratelimit, uvicorn"
            case .flask, .flaskMoving: "flask_limiter, werkzeug"
            }
        }
    }

    private let server: ServerProcess

    /// Starts it.
    public init(_ library: Library) throws {
        let python = try Python.path(importing: library.modules)
        let program =
            switch library {
            case .slowapi: Self.slowapi
            case .django: Self.django
            case .flask, .flaskMoving: Self.flask
            }
        server = try ServerProcess(python, ports: 1, within: 60) { _, _ in
            ["limited.py": program]
        } arguments: { ports, folder in
            if library == .flask || library == .flaskMoving {
                return ["limited.py", "\(ports[0])", library == .flask ? "fixed-window" : "moving-window"]
            }
            return [
                "-m", "uvicorn", "--app-dir", folder, "--host", "127.0.0.1", "--port", "\(ports[0])", "--log-level",
                "error", "limited:app",
            ]
        }
    }

    /// `http://127.0.0.1:port`
    public var url: String { "http://127.0.0.1:\(server.ports[0])" }

    private static let slowapi = """
        from slowapi import Limiter, _rate_limit_exceeded_handler
        from slowapi.errors import RateLimitExceeded
        from starlette.applications import Starlette
        from starlette.responses import PlainTextResponse
        from starlette.routing import Route

        limiter = Limiter(key_func=lambda request: request.headers.get("x-api-key", ""))

        @limiter.limit("10/second;30 per 10 second")
        async def home(request):
            return PlainTextResponse("hello")

        app = Starlette(routes=[Route("/", home)])
        app.state.limiter = limiter
        app.add_exception_handler(RateLimitExceeded, _rate_limit_exceeded_handler)
        """

    private static let flask = """
        import logging, sys
        from flask import Flask, request
        from flask_limiter import Limiter
        from werkzeug.serving import WSGIRequestHandler, run_simple

        logging.getLogger("werkzeug").disabled = True
        WSGIRequestHandler.protocol_version = "HTTP/1.1"
        app = Flask(__name__)
        limiter = Limiter(
            lambda: request.headers.get("X-API-Key", ""), app=app, storage_uri="memory://", strategy=sys.argv[2])

        def home():
            return "hello"

        home = limiter.limit("10 per second;20 per 4 seconds")(home)
        if sys.argv[2] == "moving-window":
            home = limiter.shared_limit("60 per 4 seconds", scope="all", key_func=lambda: "all")(home)
        app.add_url_rule("/", view_func=home)
        run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=True)
        """

    private static let django = """
        from django.conf import settings

        settings.configure(
            ALLOWED_HOSTS=["*"], ROOT_URLCONF=__name__, SECRET_KEY="none", MIDDLEWARE=[], SILENCED_SYSTEM_CHECKS=["*"],
            CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 100000}}})

        import django
        from django.core.asgi import get_asgi_application
        from django.http import HttpResponse
        from django.urls import path
        from django_ratelimit.decorators import ratelimit
        from django_ratelimit.exceptions import Ratelimited

        @ratelimit(key="header:x-api-key", rate="30/10s")
        @ratelimit(key="header:x-api-key", rate="10/s")
        def home(request):
            return HttpResponse("hello")

        def handler403(request, exception=None):
            return HttpResponse("too many", status=429 if isinstance(exception, Ratelimited) else 403)

        urlpatterns = [path("", home)]
        app = get_asgi_application()
        """
}
