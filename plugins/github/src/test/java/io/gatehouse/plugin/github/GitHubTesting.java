package io.gatehouse.plugin.github;

import io.gatehouse.spi.AuthenticationResult;
import io.gatehouse.spi.Credential;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.LoginRequest;
import io.gatehouse.spi.LoginStep;
import io.gatehouse.spi.RequestView;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.TestClock;
import io.gatehouse.spi.TestContext;
import io.gatehouse.spi.TestSettings;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A GitHub with Octocat, who is in acme, and an authenticator over it. */
abstract class GitHubTesting {

    static final String ACME = FakeGitHub.organization(9919, "Acme");
    static final String CLASSIC = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
    private static final String ATTEMPT = "attempt-that-nobody-can-guess";

    final GitHubAuthenticatorFactory factory = new GitHubAuthenticatorFactory();
    final TestClock clock = new TestClock();
    FakeGitHub github;

    @BeforeEach
    void startGitHub() {
        github = new FakeGitHub().member(9919, "Acme", "active");
    }

    @AfterEach
    void stopGitHub() {
        github.close();
    }

    TestSettings settings() {
        return TestSettings.of(factory)
                .with(GitHubSettings.URL, github.url())
                .with(GitHubSettings.CLIENT_ID, FakeGitHub.CLIENT_ID)
                .with(GitHubSettings.CLIENT_SECRET, Secret.of(FakeGitHub.CLIENT_SECRET))
                .with(GitHubSettings.ORGANIZATIONS, List.of("acme"));
    }

    GitHubAuthenticator create() {
        return create(settings());
    }

    <T> GitHubAuthenticator create(Setting<T> setting, T value) {
        return create(settings().with(setting, value));
    }

    GitHubAuthenticator create(TestSettings settings) {
        return (GitHubAuthenticator) factory.create(settings, new TestContext("code", Path.of("."), clock));
    }

    static LoginRequest request(Map<String, List<String>> query, Map<String, String> kept) {
        return new LoginRequest(
                ATTEMPT, URI.create(FakeGitHub.CALLBACK), query, kept, InetAddress.getLoopbackAddress());
    }

    static LoginStep.Redirect begin(GitHubAuthenticator authenticator) {
        return (LoginStep.Redirect) authenticator.login(request(Map.of(), Map.of()));
    }

    static LoginStep comeBack(GitHubAuthenticator authenticator, Map<String, String> kept, String code) {
        return authenticator.login(request(Map.of("code", List.of(code), "state", List.of(ATTEMPT)), kept));
    }

    /** From the login page to the end. */
    LoginStep login(GitHubAuthenticator authenticator) {
        LoginStep.Redirect step = begin(authenticator);
        return comeBack(authenticator, step.keep(), github.allow(step.to()));
    }

    static Identity identity(LoginStep step) {
        if (step instanceof LoginStep.LoggedIn in) {
            return in.identity();
        }
        throw new AssertionError("not logged in: " + step);
    }

    static AuthenticationResult bring(GitHubAuthenticator authenticator, String token) {
        return authenticator.authenticate(new Credential.Bearer(Secret.of(token)), new Request());
    }

    private record Request() implements RequestView {
        @Override
        public String target() {
            return "prod";
        }

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public InetAddress clientAddress() {
            return InetAddress.getLoopbackAddress();
        }

        @Override
        public List<String> headers(String name) {
            return List.of();
        }
    }
}
