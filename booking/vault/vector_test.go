package vault

// Computed by another implementation of HKDF, HMAC and AES-GCM from a key of 32
// bytes of 7; the nonce is 00 01 .. 0b.
const (
	vectorKeyID  = "be504264"
	vectorIndex  = "586a976cf9350c51eb52f4e6ede36693"
	vectorPRF    = "7e34d4fa4ebdea48d22d0c0b7cca9f4ab50247a9655b1e6b3129608b9f1f6da4"
	vectorSealed = "01be504264000102030405060708090a0ba97a862e57913f2613c0a2f073e427c58f6f51ebb94d4c1a63c3e37abdf8e160"
)
