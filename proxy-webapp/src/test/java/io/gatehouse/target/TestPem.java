package io.gatehouse.target;

/** A certificate of an authority that signs nothing, with its key. */
final class TestPem {

    static final String CERTIFICATE = """
            -----BEGIN CERTIFICATE-----
            MIIBfDCCASGgAwIBAgIURRW6VydyOTPWZko1M8V5SgWr8mowCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHVGVzdCBDQTAgFw0yNjExMjIxNjIyMThaGA8yMTI2MTAyOTE2
            MjIxOFowEjEQMA4GA1UEAwwHVGVzdCBDQTBZMBMGByqGSM49AgEGCCqGSM49AwEH
            A0IABBj95ae1987bouEtgQ6eCpJXo5L5ARGfNAtqdyIwar1CguScS7GZ9Hghf70N
            PX/0WjzhYWRhp3pNUKUaxVZ5SmmjUzBRMB0GA1UdDgQWBBRuBD6gWxog8xHKV5CW
            Bj5NKqjcTjAfBgNVHSMEGDAWgBRuBD6gWxog8xHKV5CWBj5NKqjcTjAPBgNVHRMB
            Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQChLMKyBGATW554QF+1pY9LZJ1D
            IfMRPBxzbj4sRkg9gQIhAOEFGPBILELrEA8I6hrP0Dv3ogfMiNls8vddeaAsM7WF
            -----END CERTIFICATE-----
            """;
    static final String KEY = """
            -----BEGIN EC PRIVATE KEY-----
            MHcCAQEEICAvZKuE2vSnEF+H75vCSHfMak3MBNRuxr7H0teLKNMKoAoGCCqGSM49
            AwEHoUQDQgAEGP3lp7X3ztui4S2BDp4KklejkvkBEZ80C2p3IjBqvUKC5JxLsZn0
            eCF/vQ09f/RaPOFhZGGnek1QpRrFVnlKaQ==
            -----END EC PRIVATE KEY-----
            """;

    private TestPem() {}
}
