using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace McpRollout.Hosted;

/// <summary>
/// Seals what a browser carries through a sign-in, with a key that comes of the store's: any replica opens what another one sealed, and no
/// key is kept in files, as the framework's own protection does.
/// </summary>
internal sealed class StoreProtection(ProofKey key) : IDataProtectionProvider
{
    private byte[] _key = [];

    /// <summary>Reads the store's key; before anything is sealed or opened.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_key.Length == 0)
            _key = await key.ReadAsync(cancellationToken);
    }

    public IDataProtector CreateProtector(string purpose) => new Protector(this, purpose);

    private byte[] KeyFor(string purpose) => _key.Length > 0
        ? HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, 32, info: Encoding.UTF8.GetBytes($"sign-in\n{purpose}"))
        : throw new InvalidOperationException("PrepareAsync comes first.");

    private sealed class Protector(StoreProtection store, string purpose) : IDataProtector
    {
        private static readonly int Nonce = AesGcm.NonceByteSizes.MaxSize;
        private static readonly int Tag = AesGcm.TagByteSizes.MaxSize;

        public IDataProtector CreateProtector(string inner) => new Protector(store, $"{purpose}\n{inner}");

        public byte[] Protect(byte[] plaintext)
        {
            using var cipher = new AesGcm(store.KeyFor(purpose), Tag);
            var sealedBytes = new byte[Nonce + Tag + plaintext.Length];
            RandomNumberGenerator.Fill(sealedBytes.AsSpan(0, Nonce));
            cipher.Encrypt(
                sealedBytes.AsSpan(0, Nonce), plaintext, sealedBytes.AsSpan(Nonce + Tag), sealedBytes.AsSpan(Nonce, Tag));
            return sealedBytes;
        }

        // The framework takes this exception for something that somebody else made.
        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < Nonce + Tag)
                throw new CryptographicException("It is too short.");
            using var cipher = new AesGcm(store.KeyFor(purpose), Tag);
            var plaintext = new byte[protectedData.Length - Nonce - Tag];
            cipher.Decrypt(
                protectedData.AsSpan(0, Nonce), protectedData.AsSpan(Nonce + Tag), protectedData.AsSpan(Nonce, Tag), plaintext);
            return plaintext;
        }
    }
}
