using Clembench.Shell.Hosting;

return ConsoleProgram.Run(args);
