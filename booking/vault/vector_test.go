package vault

// Computed by another implementation of HKDF, HMAC and AES-GCM from a key of 32
// bytes of 7; the nonce is 00 01 .. 0b.
const (
	vectorKeyID  = "be504264"
	vectorIndex  = "586a976cf9350c51eb52f4e6ede36693"
	vectorPRF    = "7e34d4fa4ebdea48d22d0c0b7cca9f4ab50247a9655b1e6b3129608b9f1f6da4"
	vectorSealed = "01be504264000102030405060708090a0be44fe60e3812f0084595502d20d5267900d3bba7ba1ad9c8b0ca2d7b018c602d"
)
