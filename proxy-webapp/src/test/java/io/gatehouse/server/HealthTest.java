package io.gatehouse.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HealthTest {

    @Test
    void saysNothingMoreWhenAllIsWell() {
        assertThat(new Health(true, false, 0, false, 0, false, List.of(), Optional.empty()).page())
                .isEqualTo("ok\n");
    }

    @Test
    void namesWhatHasTrouble() {
        assertThat(new Health(true, false, 2, true, 3, true, List.of("corp"), Optional.of("its certificate has ended"))
                        .page())
                .isEqualTo(
                        "ok\nconfiguration: 2 problems, some targets are not usable\naudit: a sink does not write\n"
                                + "audit: 3 requests were refused for want of room in the record\n"
                                + "portal: the store does not answer\nauthenticator corp: has trouble\nlistener: its certificate has ended\n");
    }

    @Test
    void countsOneAsOne() {
        assertThat(new Health(true, false, 1, false, 1, false, List.of(), Optional.empty()).page())
                .isEqualTo("ok\nconfiguration: 1 problem, some targets are not usable\n"
                        + "audit: 1 request was refused for want of room in the record\n");
        assertThat(new Health(true, true, 1, false, 0, false, List.of(), Optional.empty()).page())
                .isEqualTo("ok\nconfiguration: the last change has 1 problem and is not used\n");
    }
}
