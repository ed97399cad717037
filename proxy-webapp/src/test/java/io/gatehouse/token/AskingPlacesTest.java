package io.gatehouse.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.spi.Renewal;
import org.junit.jupiter.api.Test;

class AskingPlacesTest {

    private static final Renewal ANSWER = Renewal.ended("gone");

    private final AskingPlaces places = new AskingPlaces();

    private AskingPlaces.Place last() {
        for (int i = 1; i < AskingPlaces.MAX; i++) {
            places.take().orElseThrow();
        }
        return places.take().orElseThrow();
    }

    @Test
    void aCallKeepsItsPlaceThoughNobodyWaits() throws Exception {
        AskingPlaces.Place place = last();
        place.during(() -> {
                    place.close();
                    assertThat(places.take()).isEmpty();
                    return ANSWER;
                })
                .call();
        place.close();
        assertThat(places.take()).isPresent();
        assertThat(places.take()).isEmpty();
    }

    @Test
    void aPlaceThatWasGivenBackIsNotUsed() throws Exception {
        AskingPlaces.Place place = last();
        place.close();
        assertThat(place.during(() -> ANSWER).call()).isInstanceOf(Renewal.Unavailable.class);
        assertThat(places.take()).isPresent();
        assertThat(places.take()).isEmpty();
    }
}
