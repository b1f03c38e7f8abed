package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"hash/maphash"
	"sync/atomic"
)

// owners lends the AEAD of a kind and owner. Each pair has a key of its own, so
// that random nonces stay far from their bound however many texts are sealed.
//
// A customer's turn seals and opens several times: the AEADs used last are
// kept, one for each place of a fixed table, and nobody waits for them.
type owners struct {
	keys  *macs
	seed  maphash.Seed
	table [1024]atomic.Pointer[ownerAEAD]
}

type ownerAEAD struct {
	kind, owner string
	aead        cipher.AEAD
}

func newOwners(key []byte) *owners { return &owners{keys: newMACs(key), seed: maphash.MakeSeed()} }

// of returns the AEAD of that kind and owner.
func (o *owners) of(kind, owner string) cipher.AEAD {
	place := &o.table[(maphash.String(o.seed, owner)+uint64(len(kind)))%uint64(len(o.table))]
	if e := place.Load(); e != nil && e.owner == owner && e.kind == kind {
		return e.aead
	}
	key := o.keys.sum(kind, []byte(owner))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(fmt.Sprintf("vault: AES refuses a key of %d bytes", len(key))) // it takes 32
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic("vault: GCM refuses AES: " + err.Error()) // its block size is right
	}
	place.Store(&ownerAEAD{kind: kind, owner: owner, aead: aead})
	return aead
}
