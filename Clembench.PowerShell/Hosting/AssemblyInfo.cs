using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Clembench.Tests")]
