package parser

// Homophones is the table correctHanVerb works with.
var Homophones = homophones

// Damerau is the distance typos are measured with.
var Damerau = damerau

// ResidentID is the check of resident identity numbers.
var ResidentID = residentID
