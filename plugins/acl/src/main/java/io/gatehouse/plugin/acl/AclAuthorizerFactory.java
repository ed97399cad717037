package io.gatehouse.plugin.acl;

import io.gatehouse.spi.Authorizer;
import io.gatehouse.spi.AuthorizerFactory;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.util.List;

/** Makes the authorizer {@code acl}. The policy is read and compiled once; every problem of the file is told at once. */
public final class AclAuthorizerFactory implements AuthorizerFactory {

    /** The policy. */
    public static final Setting<ConfigFile> POLICY = Setting.file(
                    "policy", "The policy: lines of p (rules) and g (who has which role)")
            .required();

    @Override
    public String name() {
        return "acl";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(POLICY);
    }

    @Override
    public Authorizer create(Settings settings, PluginContext context) {
        ConfigFile file = settings.get(POLICY);
        return new AclAuthorizer(CompiledPolicy.compile(new PolicyParser(file).parse()));
    }
}
