package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.AuthenticatorFactory;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** Makes the authenticator {@code mtls}. */
public final class MtlsAuthenticatorFactory implements AuthenticatorFactory {

    /** Whose certificates are taken. */
    public static final Setting<ConfigFile> CLIENT_CA = Setting.file(
                    "client-ca", "PEM certificates of the authorities whose client certificates are taken")
            .required();
    /** Who of them was revoked. */
    public static final Setting<ConfigFile> CRL =
            Setting.file("crl", "Revocation lists (CRLs) of those authorities, PEM or DER; else nobody is revoked");
    /** Put before each name. */
    public static final Setting<String> USER_PREFIX =
            Setting.text("user-prefix", "Put before the common name (CN)").orElse("");
    /** Put before each group. */
    public static final Setting<String> GROUP_PREFIX =
            Setting.text("group-prefix", "Put before each organization (O)").orElse("");

    @Override
    public String name() {
        return "mtls";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(CLIENT_CA, CRL, USER_PREFIX, GROUP_PREFIX);
    }

    @Override
    public Authenticator create(Settings settings, PluginContext context) {
        List<X509Certificate> authorities = new CertificateBundle(settings.get(CLIENT_CA)).read();
        Optional<RevocationLists> revoked = settings.find(CRL)
                .map(file ->
                        new RevocationFile(file, authorities, context.clock().instant()).read());
        return new MtlsAuthenticator(
                new ChainJudge(authorities, revoked),
                settings.get(USER_PREFIX),
                settings.get(GROUP_PREFIX),
                context.clock());
    }
}
