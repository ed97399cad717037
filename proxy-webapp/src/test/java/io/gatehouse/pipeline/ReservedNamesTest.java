package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Header;
import io.gatehouse.spi.Identity;
import io.gatehouse.spi.OutboundIdentity;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservedNamesTest {

    @ParameterizedTest
    @CsvSource({
        // user,          group,             told,                        refused
        "alice,           staff,             'alice, staff',              false",
        "system:admin,    staff,             'system:admin',              true",
        "alice,           system:masters,    'staff|system:masters',      true",
        "alice,           system:masters,    'alice',                     false",
        "alice,           corp:system:x,     'corp:system:x',             false",
        "alice,           corp:system:x,     'system:x',                  true",
        "alice,           corp:system:x,     'staff, system:x',           true",
        "System:Admin,    staff,             'system:admin',              true"
    })
    void noneIsToldToACluster(String user, String group, String told, boolean refused) {
        OutboundIdentity outbound = new OutboundIdentity.Headers(List.of(new Header("X-Names", told)));
        Identity identity = Identity.of(user, "test").withGroups(List.of(group));
        assertThat(ReservedNames.kept(identity, outbound) instanceof OutboundIdentity.Refused)
                .isEqualTo(refused);
    }
}
